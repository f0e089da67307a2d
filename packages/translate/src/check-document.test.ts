import { expect, test } from 'vitest';
import { checkDocument } from './check-document.ts';

const source = JSON.stringify({ save: 'Save {count} files', open: 'Open the settings panel', name: '{name}' });
const check = (target: object, glossary: { source: string; target: string }[] = []) => checkDocument({ source, target: JSON.stringify(target), to: 'zh', format: 'json', glossary });
const good = { save: '保存 {count} 个文件', open: '打开设置面板', name: '{name}' };

test('a good translation passes', () => {
  expect(check(good)).toMatchObject({ status: 'good' });
});

test.each([
  ['a lost placeholder', { ...good, save: '保存文件' }, 'line 1, save: {count} is missing'],
  ['a renamed placeholder', { ...good, save: '保存 {数量} 个文件' }, 'line 1, save: {count} is missing'],
  ['a doubled placeholder', { ...good, save: '保存 {count} {count} 个文件' }, 'line 1, save: {count} is not in the source'],
  ['an untranslated string', { ...good, open: 'Open the settings panel' }, 'the answer is the source'],
  ['a missing string', { save: good.save, name: good.name }, 'is missing from the translation'],
  ['a string nobody asked for', { ...good, extra: '更多' }, 'has no source'],
])('%s is broken', (_, target, issue) => {
  const { status, structure, segments } = check(target);
  expect(status).toBe('broken');
  expect([...structure, ...segments.flatMap(({ issues }) => issues)]).toContain(issue);
});

test('a missed term makes it doubtful', () => {
  expect(check(good, [{ source: 'settings panel', target: '设置栏' }])).toMatchObject({ status: 'doubtful' });
});

test('bad input is refused with its field or line', () => {
  expect(() => checkDocument({ source, target: '{', to: 'zh', format: 'json' })).toThrow(/line 1/);
  expect(() => checkDocument({ source, target: '{}', to: 'xx' })).toThrow(/"to"/);
});

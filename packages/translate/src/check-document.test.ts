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
  ['an untranslated string', { ...good, open: 'Open the settings panel' }, 'the translation is the source'],
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

test('a PO file is held against itself, or against its template', () => {
  const template = 'msgid "Open the file"\nmsgstr ""\n\nmsgid "%d boat"\nmsgid_plural "%d boats"\nmsgstr[0] ""\nmsgstr[1] ""\n\nmsgid "Close the window"\nmsgstr ""\n';
  const translated = 'msgid "Open the file"\nmsgstr "打开文件"\n\n#, fuzzy\nmsgid "%d boat"\nmsgid_plural "%d boats"\nmsgstr[0] "%d 条船"\n';
  const { status, segments } = checkDocument({ source: template, target: translated, to: 'zh', format: 'po' });
  expect(status).toBe('broken');
  expect(segments.map(({ place, issues }) => [place, ...issues])).toEqual([['line 1'], ['line 5, form 0', 'is marked as fuzzy'], ['line 9', 'is missing from the translation']]);
  const itself = checkDocument({ source: template, target: template, to: 'zh', format: 'po' });
  expect(new Set(itself.segments.flatMap(({ issues }) => issues))).toEqual(new Set(['is not translated']));
  const whole = translated.replace('#, fuzzy\n', '');
  expect(checkDocument({ source: whole, target: whole, to: 'zh', format: 'po' })).toMatchObject({ status: 'good' });
});

test('without a language the translation tells it, unless it seems to be none', () => {
  const source = '# Ferries\n\nThe ferry leaves the old harbour at half past eight.\n';
  expect(checkDocument({ source, target: '# 渡轮\n\n渡轮在八点半离开旧港口。\n', format: 'markdown' })).toMatchObject({ status: 'good' });
  expect(() => checkDocument({ source, target: source, format: 'markdown' })).toThrow('say which language');
  expect(checkDocument({ source, target: source, format: 'markdown', to: 'zh' }).segments.at(-1)).toMatchObject({ isBroken: true, issues: ['the translation is the source'] });
});

test('what is in the language already may stay as it is', () => {
  const source = 'The ferry leaves the old harbour at half past eight.\n\n渡轮八点半离开旧港口。\n';
  expect(checkDocument({ source, target: '渡轮在八点半离开旧港口。\n\n渡轮八点半离开旧港口。\n', to: 'zh', format: 'plain' })).toMatchObject({ status: 'good' });
});

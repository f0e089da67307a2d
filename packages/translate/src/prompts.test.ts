import { expect, test } from 'vitest';
import { buildMessages, chooseWordings, exampleFor, type Ask } from './prompts.ts';

const ask: Ask = { text: 'The ferry is late, {name}.', from: 'en', to: 'zh', terms: [], marks: [], before: [] };
const written = (change: Partial<Ask>, attempt: 0 | 1 = 0) => buildMessages(chooseWordings(change.from ?? 'en', change.to ?? 'zh')[attempt], { ...ask, ...change }).map(({ content }) => content).join('\n');

test('the text stands last, behind what calls have in common', () => {
  const messages = buildMessages(chooseWordings('en', 'zh')[0], ask);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(messages[1]?.content.endsWith(`\n\n${ask.text}`)).toBe(true);
});

test('only what applies is said', () => {
  expect(written({})).not.toMatch(/参考|保留|背景|单数|语气/);
  expect(written({ terms: [{ source: 'ferry', target: '轮渡', caseSensitive: false }] })).toContain('ferry 翻译成 轮渡');
  expect(written({ marks: ['⟦1⟧'], tone: 'formal', context: 'a timetable' })).toMatch(/背景：a timetable[\s\S]*语气正式，用“您”称呼读者，原样保留 ⟦1⟧/);
  expect(written({ from: 'zh', to: 'en', plural: 'one' }, 1)).toContain('use the singular');
  expect(written({ plural: 'one' })).not.toContain('单数');
});

test('languages by name, with their script; Chinese orders where Chinese is one of them', () => {
  expect(written({ to: 'zh-TW' })).toContain('繁体中文');
  expect(written({ from: 'zh', to: 'en' })).toContain('翻译为英语');
  expect(written({ from: 'en', to: 'fr' })).toContain('from English into French');
  expect(written({ from: 'und', to: 'fr' })).toContain('following text into French');
});

test('pairs before the text are turns of their own, and control tokens are text', () => {
  const messages = buildMessages(chooseWordings('en', 'zh')[0], { ...ask, text: 'a <|im_end|> b', before: exampleFor('en', 'zh') });
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(messages.at(-1)?.content).not.toContain('<|im_end|>');
  expect(exampleFor('fr', 'zh')).toEqual([]);
});

import type { Message } from '@glm-tasks/core';
import { expect, test } from 'vitest';
import { buildPrompt, chooseWordings, exampleFor, hunyuan, rewriting, type Ask, type Wording } from './prompts.ts';

const ask: Ask = { text: 'The ferry is late, {name}.', from: 'en', to: 'zh', terms: [], marks: [], before: [] };
const buildMessages = (wording: Wording, asked: Ask) => buildPrompt(wording, asked) as Message[];
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

test('a model made for translation is given its own prompt in one turn, or the text alone', () => {
  const terms = [{ source: 'ferry', target: '轮渡', caseSensitive: false }];
  const before = exampleFor('en', 'zh');
  expect(buildPrompt(rewriting, { ...ask, before, terms })).toBe(ask.text);
  expect(buildPrompt(hunyuan, { ...ask, before })).toEqual([{ role: 'user', content: `将以下文本翻译为中文，注意只需要输出翻译后的结果，不要额外解释：\n\n${ask.text}` }]);
  expect(buildMessages(hunyuan, { ...ask, terms })[0]?.content).toMatch(/^参考下面的翻译：\nferry 翻译成 轮渡\n\n将以下/);
  expect(buildMessages(hunyuan, { ...ask, context: 'a timetable' })[0]?.content).toMatch(/^a timetable\n参考上面的信息/);
  expect(buildMessages(hunyuan, { ...ask, to: 'fr' })[0]?.content).toBe(`Translate the following segment into French, without additional explanation.\n\n${ask.text}`);
});

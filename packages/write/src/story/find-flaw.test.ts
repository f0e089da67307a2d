import { expect, test } from 'vitest';
import { cleanProse, closeQuotes, endAtSentence } from './clean-prose.ts';
import { findFlaw, type Watch } from './find-flaw.ts';
import { measureRepetition } from './measure-repetition.ts';
import { chooseWording, ordersOf } from './story-wording.ts';

const watch = (language: string, known: string[] = []): Watch => ({ language, orders: ordersOf(chooseWording(language)), material: '', marker: 'text-12345678', known });
const sound = { en: 'Mara climbed the stairs. The lamp was still warm, and its glass was clean. “Who is there?” she called.', zh: '沈默走上楼梯。灯还是热的，玻璃擦得很干净。“谁在那里？”他喊道。' };

test.each(['en', 'zh'] as const)('%s: a sound text has no flaw, at no point of its way', (language) => {
  for (let end = 1; end <= sound[language].length; end++) expect(findFlaw(sound[language].slice(0, end), watch(language))).toBeUndefined();
});

test.each([
  ['en', 'The sea was dark and cold. '.repeat(4), 'repetition'],
  ['zh', '海面又黑又冷，风很大。'.repeat(4), 'repetition'],
  ['en', '海面上漂着一条空船，船上的灯还亮着。', 'language'],
  ['zh', 'The boat drifted on the sea with its lamp still burning.', 'language'],
  ['en', 'You tell a story through action, small details of what people see and hear, and what they say.', 'leak'],
  ['zh', '你用人物的动作、看到听到的细节和人物之间的对话来讲故事。', 'leak'],
  ['en', '<|im_end|> and so on', 'leak'],
  ['en', '</text-12345678> and so on', 'leak'],
  ['zh', '沈默感到很 frustrated，放下了怀表。', 'language'],
  ['zh', '本章目标：沈默找到怀表。', 'leak'],
  ['en', 'As the next sentence begins: “That night, somebody finds the tomato,” the manager looks up.', 'leak'],
  ['zh', '接下来发生的事：沈默打开了门。', 'leak'],
  ['en', 'The story goes on after it.', 'leak'],
  ['zh', '后面还要接着写。', 'leak'],
  ['en', 'The note says: “Dear Mara, call me. [Name of the tenant]”', 'leak'],
  ['zh', '信上写着：“亲爱的XX先生，请来找我。”', 'leak'],
  ['en', 'Word count: 150 words in all.', 'leak'],
] as const)('%s: %s', (language, tail, kind) => {
  const gap = language === 'en' ? ' ' : '';
  const flaw = findFlaw(`${sound[language]}${gap}${tail}`, watch(language));
  expect(flaw?.kind).toBe(kind);
  const kept = `${sound[language]}${gap}${tail}`.slice(0, flaw?.at);
  expect(kept.startsWith(sound[language])).toBe(true);
  if (kind !== 'repetition') expect(kept.trim()).toBe(sound[language]);
});

test('names in another script and foreign words in a sentence are no flaw', () => {
  expect(findFlaw('沈默翻开那本《The Old Man and the Sea》，里面夹着一张便条。Anna 的名字写在上面。', watch('zh'))).toBeUndefined();
  expect(findFlaw('The sign above the door said 海龙, and Lin went in.', watch('en'))).toBeUndefined();
});

test('sentences of the story so far, told again', () => {
  const known = ['mara climbed the stairs of the tower', 'the lamp was still warm in her hands', 'nobody had rowed here for a year'];
  const text = 'It rained. Mara climbed the stairs of the tower. The lamp was still warm in her hands. Nobody had rowed here for a year.';
  expect(findFlaw(text, watch('en', known))).toEqual({ kind: 'repetition', at: text.indexOf('Mara') });
});

test('headings, Markdown, lengths and "The end" are taken off; Chinese gets Chinese marks', () => {
  expect(cleanProse('# The Boat\n\n**Chapter 1: Night**\n\nMara *waited*.\nThe sea was calm.\n\n---\n\nThe End')).toBe('Mara waited.\n\nThe sea was calm.');
  expect(cleanProse('Mara smiles at the sea. The end.')).toBe('Mara smiles at the sea.');
  expect(cleanProse('At the end. She waits.')).toBe('At the end. She waits.');
  expect(cleanProse('第一章 雨夜\n\n他说:"走吧,天黑了."\n\n（字数：250字）\n\n（完）')).toBe('他说：“走吧，天黑了。”');
});

test('an unfinished sentence goes, an open quotation is closed', () => {
  expect(endAtSentence('Mara waited. “Come in. The door is')).toBe('Mara waited.');
  expect(endAtSentence('他停下来。“进来。”她说。门外的')).toBe('他停下来。“进来。”她说。');
});

test('a quotation that begins before the sentence that tells it begins where it is spoken', () => {
  expect(closeQuotes('“匠人笑了笑，然后说：“修好了，你拿去吧。””\n\n“谢谢。”他说。')).toBe('匠人笑了笑，然后说：“修好了，你拿去吧。”\n\n“谢谢。”他说。');
  expect(closeQuotes('“匠人笑了笑，然后说：“修好了。”')).toBe('匠人笑了笑，然后说：“修好了。”');
});

test('repetition is a share of runs of four words', () => {
  expect(measureRepetition('a b c d e f g h', 'en')).toBe(0);
  expect(measureRepetition('one two three four five. One two three four five.', 'en')).toBeCloseTo(2 / 7);
  expect(measureRepetition('she lit the lamp', 'en', 'At night she lit the lamp.')).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { checkTranslation, isFatal, isNameLike } from './check-translation.ts';
import type { Term } from './schema.ts';

const english = 'The ferry leaves the old harbour at half past eight, and it comes back in the evening with the mail.';
const chinese = '渡轮八点半离开旧港口，晚上带着邮件回来。';
const toChinese = { source: english, from: 'en', to: 'zh', terms: [], instructions: '将以下文本翻译为中文，注意只需要输出翻译后的结果，不要额外解释：' };
const toEnglish = { ...toChinese, source: chinese, from: 'zh', to: 'en' };
const kinds = (target: string, options = toChinese as Parameters<typeof checkTranslation>[1]) => checkTranslation(target, options).map(({ kind }) => kind);

test('a good translation has no problem, either way', () => {
  expect(checkTranslation(chinese, toChinese)).toEqual([]);
  expect(checkTranslation(english, toEnglish)).toEqual([]);
});

describe('finds and refuses', () => {
  test.each([
    ['nothing', '', 'empty'],
    ['punctuation alone', '……', 'empty'],
    ['the source itself', english, 'untranslated'],
    ['the source in other letters and stops', english.toUpperCase().replaceAll(',', ''), 'untranslated'],
    ['one sentence left in the source language', `渡轮八点半离开旧港口，${english.slice(54)}`, 'untranslated'],
    ['another language', '연락선은 여덟 시 반에 옛 항구를 떠나 저녁에 우편물을 싣고 돌아옵니다.', 'language'],
    ['a third language in Latin letters', 'El transbordador sale del puerto viejo a las ocho y media y vuelve por la tarde con el correo.', 'language'],
    ['the other Chinese script', '渡輪八點半離開舊港口，晚上帶著郵件回來，這是為了說明時間。', 'language'],
    ['an answer that runs in circles', '渡轮离开港口渡轮离开港口渡轮离开港口渡轮离开港口渡轮离开港口', 'repetition'],
    ['a word where a sentence stood', '渡轮', 'too-short'],
    ['a story where a sentence stood', `${chinese}${Array.from({ length: 12 }, (_, index) => `第${index}位船长说，港口的风很大，船员们都在等待天亮以后再次出海。`).join('')}`, 'too-long'],
    ['its own orders', '将以下文本翻译为中文，注意只需要输出翻译后的结果。', 'instructions'],
    ['unfinished reasoning', '<think>渡轮应该翻译成什么呢', 'leftovers'],
    ['control tokens', `${chinese}<|im_end|>`, 'leftovers'],
  ])('%s', (_, answer, kind) => {
    const problems = checkTranslation(answer, toChinese);
    expect(problems.map((problem) => problem.kind)).toContain(kind);
    expect(isFatal(problems)).toBe(true);
  });

  test('a sentence that was left out', () => {
    const source = `${english} The captain knows every stone of the bay, because he was born there seventy years ago.`;
    expect(kinds(chinese, { ...toChinese, source })).toContain('dropped');
    expect(kinds('The ferry leaves at half past eight and returns.', { ...toEnglish, source: `${chinese}船长熟悉海湾里的每一块石头，因为他七十年前就出生在那里。` })).toContain('dropped');
  });

  test('half of a long sentence', () => {
    const source = 'Mr Costello said that when nuclear power generation becomes economically viable, Australia should pursue its use.';
    expect(kinds('澳大利亚应该坚持使用核能。', { ...toChinese, source })).toContain('too-short');
    expect(kinds('科斯特洛说，当核能发电在经济上可行时，澳大利亚应当推进核电的使用。', { ...toChinese, source })).toEqual([]);
  });

  test('a text that was to be in English and is Chinese', () => {
    expect(kinds('渡轮离开港口。', { ...toEnglish, source: '船离开了旧港口。' })).toContain('language');
  });
});

describe('lists, without refusing', () => {
  const listed = (target: string, options: Parameters<typeof checkTranslation>[1]) => {
    const problems = checkTranslation(target, options);
    expect(isFatal(problems)).toBe(false);
    return problems.map(({ kind, message }) => `${kind}: ${message}`);
  };

  test('numbers that differ', () => {
    const source = 'The crane cost 31,000 euros in 2019.';
    expect(listed('这台起重机在2019年花了3.1万欧元。', { ...toChinese, source })).toEqual([]);
    expect(listed('这台起重机在2019年花了31万欧元。', { ...toChinese, source })).toEqual(['numbers: the source has 31,000, the answer has 31万']);
    expect(listed('这台起重机花了31000欧元。', { ...toChinese, source })).toEqual(['numbers: the source has 2019']);
  });

  test('a term of the glossary that was not used', () => {
    const terms: Term[] = [{ source: 'ferry', target: '轮渡', caseSensitive: false }];
    expect(listed(chinese, { ...toChinese, terms })).toEqual(['glossary: "ferry" is not translated as "轮渡"']);
    expect(listed(chinese.replace('渡轮', '轮渡'), { ...toChinese, terms })).toEqual([]);
  });

  test('a word left over in the other script', () => {
    const long = { ...toEnglish, source: `${chinese}船长熟悉海湾里的每一块石头，因为他七十年前就出生在那里。` };
    const answer = `${english.replace('mail', '邮件')} The captain knows every stone of the bay, because he was born there seventy years ago.`;
    expect(listed(answer, long)).toEqual(['foreign: "邮件" stands in the answer untranslated']);
    expect(isFatal(checkTranslation(english.replace('mail', '邮件'), toEnglish))).toBe(true);
    expect(listed('The ferry (渡轮) leaves the old harbour at half past eight and comes back in the evening with the mail.', toEnglish)).toEqual([]);
  });

  test('a name that the source writes in letters itself', () => {
    const source = '船长约翰·里德 (Jonny Reid) 在旧港口等渡轮。';
    expect(listed('Captain Jonny Reid is waiting for the ferry in the old harbour.', { ...toEnglish, source })).toEqual([]);
    expect(listed('Captain John Reed is waiting for the ferry in the old harbour.', { ...toEnglish, source })).toEqual(['names: "Jonny Reid" of the source is not in the answer']);
  });

  test('a word left over in small letters', () => {
    expect(listed(`${chinese}船上有很多mail。`, toChinese)).toEqual(['foreign: "mail" stands in the answer untranslated']);
    expect(listed(`${chinese}（mail）`, toChinese)).toEqual([]);
  });

  test('a name that stays as it is', () => {
    expect(listed('GitHub', { ...toChinese, source: 'GitHub' })).toEqual(['untranslated: the answer is the source']);
    expect(isNameLike('GitHub Actions')).toBe(true);
    expect(isNameLike('save the file')).toBe(false);
    expect(isNameLike('The')).toBe(false);
  });
});

test.each([
  ['The text is in Chinese.', '选项', 'zh', 'en', 'instructions'],
  ["I'm sorry, that is unclear.", '选项和更多的设置', 'zh', 'en', 'instructions'],
  ['无法翻译。', 'Options', 'en', 'zh', 'instructions'],
  ['The harbour will be deleted.', '确定要删除这个港口吗？', 'zh', 'en', 'question'],
  ['请在2025年1日之前升级软件。', 'Please update the software before 1 March 2025.', 'en', 'zh', 'numbers'],
  ['这里的harbor没有传感器。', 'This harbour has no sensor at all.', 'en', 'zh', 'foreign'],
])('%j for %j', (target, source, from, to, kind) => {
  expect(checkTranslation(target, { source, from, to, terms: [], instructions: '' }).map((problem) => problem.kind)).toContain(kind);
});

test.each([
  ['The text is short.', '文本很短。', 'zh', 'en'],
  ['Upgrade before March 1, 2025.', '请在 2025 年 3 月 1 日之前升级。', 'zh', 'en'],
  ['Will it be deleted?', '会被删除吗？', 'zh', 'en'],
  ['会被删除吗？也许。', 'Will it be deleted? Perhaps.', 'en', 'zh'],
])('%j for %j has none', (target, source, from, to) => {
  expect(checkTranslation(target, { source, from, to, terms: [], instructions: '' })).toEqual([]);
});

import { expect, test } from 'vitest';
import { chineseScriptOf, isKnownLanguage, isSpaced, nameLanguage, weigh } from './languages.ts';

test('languages by their tags', () => {
  expect(['zh', 'zh-TW', 'en-GB', 'fr', 'he', 'zh_Hant', 'yue'].filter(isKnownLanguage)).toHaveLength(7);
  expect(['xx', 'qqq', 'zz-Latn', 'e', ''].filter(isKnownLanguage)).toEqual([]);
  expect([nameLanguage('en', 'zh'), nameLanguage('zh', 'zh'), nameLanguage('zh-TW', 'zh'), nameLanguage('zh', 'en')]).toEqual(['英语', '中文', '繁体中文', 'Chinese']);
  expect([chineseScriptOf('zh'), chineseScriptOf('zh-HK'), chineseScriptOf('en')]).toEqual(['Hans', 'Hant', undefined]);
  expect([isSpaced('en'), isSpaced('zh'), isSpaced('ko')]).toEqual([true, false, true]);
});

test('an ideograph weighs what a short word does', () => {
  expect(weigh('渡轮')).toBeCloseTo(5.6, 5);
  expect(weigh('the ferry, 8:30')).toBe(11);
});

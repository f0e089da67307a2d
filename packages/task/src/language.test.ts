import { describe, expect, test } from 'vitest';
import { detectChineseScript, detectLanguage, isInLanguage, readLanguage } from './language.ts';

const samples = {
  en: 'The committee met on Tuesday and decided to postpone the vote until the figures are known.',
  zh: '委员会星期二开会，决定在数字公布之前推迟表决。',
  ja: '委員会は火曜日に開かれ、数字が明らかになるまで採決を延期することを決めた。',
  ko: '위원회는 화요일에 회의를 열어 수치가 알려질 때까지 표결을 연기하기로 했다.',
  fr: "Le comité s'est réuni mardi et a décidé de reporter le vote jusqu'à ce que les chiffres soient connus.",
  de: 'Der Ausschuss trat am Dienstag zusammen und beschloss, die Abstimmung zu verschieben, bis die Zahlen bekannt sind.',
  ru: 'Комитет собрался во вторник и решил отложить голосование до тех пор, пока не станут известны цифры.',
};

describe('detectLanguage', () => {
  test.each(Object.entries(samples))('%s', (language, text) => expect(detectLanguage(text)).toBe(language));
  test('tells the main language of a mixture', () => {
    expect(detectLanguage('我们用 TypeScript 和 ONNX Runtime 在 CPU 上运行 Qwen2.5 模型，速度很快。')).toBe('zh');
    expect(detectLanguage('Zhang San (张三) opened the meeting and everybody agreed with him at once.')).toBe('en');
    expect(detectLanguage('12345 !?')).toBe('und');
    expect(detectLanguage('')).toBe('und');
  });
});

describe('isInLanguage', () => {
  test('each sample is in its own language and in no other', () => {
    for (const [language, text] of Object.entries(samples)) for (const other of Object.keys(samples)) expect([other, isInLanguage(text, other)]).toEqual([other, language === other]);
  });
  test('leftovers of another script fail, a name in brackets does not', () => {
    expect(isInLanguage('It uses the 刚体姿态动力学 equation and 运动学方程 to build a model.', 'en')).toBe(false);
    expect(isInLanguage('Zhang San (张三) opened the meeting and everybody in the room agreed with him at once, as always.', 'en')).toBe(true);
    expect(isInLanguage('用 TypeScript 写的 SDK。', 'zh')).toBe(true);
    expect(isInLanguage('2026', 'zh')).toBe(true);
  });
  test('zh-Hant and zh-Hans are told apart', () => {
    expect(detectChineseScript('这个国家会说话')).toBe('Hans');
    expect(detectChineseScript('這個國家會說話')).toBe('Hant');
    expect(detectChineseScript('山水')).toBeUndefined();
    expect(isInLanguage('这个国家会说话', 'zh-TW')).toBe(false);
    expect(isInLanguage('這個國家會說話', 'zh-Hant')).toBe(true);
    expect(isInLanguage('這個國家會說話', 'zh')).toBe(true);
    expect(readLanguage('zh_HK')).toEqual({ language: 'zh', script: 'Hant' });
  });
});

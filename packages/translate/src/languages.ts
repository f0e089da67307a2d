import { readLanguage } from '@glm-tasks/task';

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
/** Scripts that set no space between words, and those that say a word in one or two characters. */
const dense = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu;
const letter = /[\p{L}\p{N}]/gu;

/** How many letters of an alphabet say what one ideograph says: the median of FLORES-200 dev both ways, white space and punctuation aside. */
const LETTERS_OF_IDEOGRAPH = 2.8;

export function isKnownLanguage(tag: string): boolean {
  try {
    const { language } = new Intl.Locale(tag.replaceAll('_', '-'));
    return names.of(language) !== undefined;
  } catch {
    return false;
  }
}

/** The name of a language as people say it, with the script of Chinese where the tag names one. */
export function nameLanguage(tag: string, inLanguage: 'en' | 'zh'): string {
  const { language, script } = readLanguage(tag);
  const plain = script === undefined ? tag.replaceAll('_', '-') : `${language}-${script}`;
  return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(plain) ?? plain;
}

/** The script Chinese is to be written in: the one the tag names, Simplified where it names none. Undefined for other languages. */
export function chineseScriptOf(tag: string): 'Hans' | 'Hant' | undefined {
  const { language, script } = readLanguage(tag);
  return language === 'zh' ? (script ?? 'Hans') : undefined;
}

/** Whether words stand apart. */
export function isSpaced(tag: string): boolean {
  return !['zh', 'ja', 'th', 'lo', 'km', 'my'].includes(readLanguage(tag).language);
}

/** The size of a text in letters of an alphabet, so that texts of two languages can be compared. */
export function weigh(text: string): number {
  const ideographs = text.match(dense)?.length ?? 0;
  return (text.match(letter)?.length ?? 0) + (LETTERS_OF_IDEOGRAPH - 1) * ideographs;
}

/** Languages that tokenizers write in few tokens. */
const compact = new Set(['zh', 'ja', 'ko', 'en', 'de', 'fr', 'es', 'it', 'pt', 'nl']);

/** Tokens a translation may have: room for the longest that passes the checks, so that an answer that runs away ends soon. */
export function limitTokens(source: string, to: string): number {
  return Math.ceil(48 + weigh(source) * (compact.has(readLanguage(to).language) ? 0.7 : 2.8));
}

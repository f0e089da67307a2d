import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { eld } from 'eld/extrasmall';

/** What the letters of a text say, as shares of all its letters. */
interface Scripts {
  letters: number;
  han: number;
  kana: number;
  hangul: number;
  latin: number;
}

/** Enough for a verdict; more only costs time. */
const SAMPLE = 4_000;
/** Frequent characters that exist in one of the two Chinese scripts only, pairwise. */
const SIMPLIFIED = '们这国会来对时说过学发动么还进种样经现实点从开问关长间变应业带头体两无没给与设报见话万书东车门电机号义务员认识';
const TRADITIONAL = '們這國會來對時說過學發動麼還進種樣經現實點從開問關長間變應業帶頭體兩無沒給與設報見話萬書東車門電機號義務員認識';

/**
 * The language most of a text is written in: a BCP 47 tag (`zh`, `en`, `ja`, `ko`, `fr`, …), or `und` where there is nothing to tell it by.
 * Scripts decide first; only Latin, Cyrillic and the like need statistics (eld).
 */
export function detectLanguage(text: string): string {
  const sample = text.slice(0, SAMPLE);
  const { letters, han, kana, hangul } = measureScripts(sample);
  if (letters === 0) return 'und';
  if (hangul > 0.2) return 'ko';
  // Japanese prose is a third kana or more; a Chinese text may quote a few.
  if (kana > 0.1 && kana + han > 0.3) return 'ja';
  // One ideograph says about as much as four letters of a word.
  if (han > 0.2) return 'zh';
  return loadDetector().detect(sample).language || 'und';
}

/** Simplified or Traditional, by characters that only one of the two has; undefined where the text has none of them. */
export function detectChineseScript(text: string): 'Hans' | 'Hant' | undefined {
  let balance = 0;
  for (const character of text.slice(0, SAMPLE)) {
    if (SIMPLIFIED.includes(character)) balance++;
    else if (TRADITIONAL.includes(character)) balance--;
  }
  return balance === 0 ? undefined : balance > 0 ? 'Hans' : 'Hant';
}

/**
 * False only when a text is clearly not in the language: what is too short to tell passes. Regions are ignored, zh-Hans and zh-Hant are not.
 * `tolerance` is the share of East Asian script that another language may carry, an ideograph weighing as much as three letters.
 */
export function isInLanguage(text: string, language: string, tolerance = 0.05): boolean {
  const wanted = readLanguage(language);
  // What stands in brackets is often a name in its own script.
  const outside = text.slice(0, SAMPLE).replace(/[(（][^()（）]*[)）]/gu, '');
  const { letters, han, kana, hangul, latin } = measureScripts(outside);
  if (letters === 0) return true;
  if (wanted.language === 'zh') {
    const script = detectChineseScript(text);
    return han > 0.15 && kana < 0.2 && hangul < 0.2 && !(wanted.script && script && wanted.script !== script);
  }
  if (wanted.language === 'ja') return kana + han > 0.3 && (kana > 0.05 || letters < 12);
  if (wanted.language === 'ko') return hangul > 0.3;
  const eastAsian = 3 * (han + kana + hangul);
  if (eastAsian / (eastAsian + 1) > tolerance) return false;
  // Statistics err on names, headlines and single lines.
  if (letters < 60) return wanted.language !== 'en' || latin > 0.5;
  const result = loadDetector().detect(outside);
  return result.language === wanted.language || !result.isReliable() || result.language === '';
}

/** `zh-TW` -> zh in Hant; `en-GB` -> en. */
export function readLanguage(tag: string): { language: string; script?: 'Hans' | 'Hant' } {
  const [language = '', ...rest] = tag.toLowerCase().split(/[-_]/);
  if (language !== 'zh') return { language };
  if (rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part))) return { language, script: 'Hant' };
  return rest.some((part) => ['hans', 'cn', 'sg'].includes(part)) ? { language, script: 'Hans' } : { language };
}

/** Loaded on first use: it takes as long as all else that a command loads at its start, and Chinese never needs it. */
function loadDetector(): typeof eld {
  const path = fileURLToPath(import.meta.resolve('eld/extrasmall'));
  return (createRequire(import.meta.url)(path) as { eld: typeof eld }).eld;
}

function measureScripts(text: string): Scripts {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  const share = (pattern: RegExp) => (letters === 0 ? 0 : count(pattern) / letters);
  return {
    letters,
    han: share(/\p{Script=Han}/gu),
    kana: share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu),
    hangul: share(/\p{Script=Hangul}/gu),
    latin: share(/\p{Script=Latin}/gu),
  };
}

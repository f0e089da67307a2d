const HAN_DIGITS: Record<string, number> = { 〇: 0, 零: 0, 一: 1, 二: 2, 两: 2, 兩: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
/** Powers of ten. */
const HAN_UNITS: Record<string, number> = { 十: 1, 百: 2, 千: 3, 万: 4, 萬: 4, 亿: 8, 億: 8 };

const ENGLISH_UNITS = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const ENGLISH_TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
/** Powers of ten, also of what stands behind digits: 5 bn, 3k. */
const ENGLISH_SCALES: Record<string, number> = { thousand: 3, k: 3, million: 6, mn: 6, m: 6, billion: 9, bn: 9, b: 9, trillion: 12 };

/** What a Chinese numeral may be made of: for the character class of a pattern. */
export const HAN_DIGIT = '〇零一二两兩三四五六七八九';
export const HAN_NUMERAL = `${HAN_DIGIT}十百千万萬亿億`;

const tens = `(?:${ENGLISH_TENS.join('|')})`;
// The longer words first, or "seven" would eat the beginning of "seventeen".
const unit = `(?:${ENGLISH_UNITS.toReversed().join('|')})`;
const belowHundred = `(?:${tens}(?:[- ]${unit})?|${unit})`;
const belowThousand = `(?:(?:${belowHundred}|a) hundred(?:(?: and)? ${belowHundred})?|${belowHundred})`;
const scale = '(?:thousand|million|billion|trillion)';

/** A number in English words, single-spaced, as a pattern's source. */
export const ENGLISH_NUMERAL = `(?:(?:${belowThousand}|a) ${scale}(?:(?:,? and|,)? (?:${belowThousand} ${scale}|${belowThousand})){0,4}|${belowThousand})`;

/** `two hundred and fifty thousand` -> 250000. The words must be those of {@link ENGLISH_NUMERAL}. */
export function readEnglishNumeral(words: string): string {
  let total = 0;
  let section = 0;
  for (const word of words.toLowerCase().match(/[a-z]+/g) ?? []) {
    const power = ENGLISH_SCALES[word];
    if (power !== undefined && word.length > 2) {
      total += (section || 1) * 10 ** power;
      section = 0;
    } else if (word === 'hundred') section = (section || 1) * 100;
    else if (ENGLISH_TENS.includes(word)) section += 20 + 10 * ENGLISH_TENS.indexOf(word);
    else if (ENGLISH_UNITS.includes(word)) section += 1 + ENGLISH_UNITS.indexOf(word);
  }
  return String(total + section);
}

/** `一千二百万` -> 12000000, `三点五` -> 3.5, `二〇二四` -> 2024; undefined for what is no one number (七八, 三四百). */
export function readHanNumeral(run: string): string | undefined {
  const [whole = '', decimals] = run.split(/[点點]/);
  if (decimals !== undefined) {
    const value = readHanNumeral(whole);
    return value === undefined ? undefined : normalizeDecimal(`${value}.${[...decimals].map((digit) => HAN_DIGITS[digit]).join('')}`);
  }
  const digits = [...whole];
  if (digits.every((digit) => digit in HAN_DIGITS)) {
    // 七八 is "seven or eight"; a year, a room or a code has four digits or a zero, and no 两.
    if (digits.length > 1 && ((digits.length < 4 && !/[〇零]/.test(whole)) || /[两兩]/.test(whole))) return undefined;
    return normalizeDecimal(digits.map((digit) => HAN_DIGITS[digit]).join(''));
  }
  return readPositional(digits);
}

function readPositional(characters: readonly string[]): string | undefined {
  let total = 0;
  let section = 0;
  let pending: number | undefined;
  let lastPower = 0;
  for (const character of characters) {
    const digit = HAN_DIGITS[character];
    if (digit !== undefined) {
      if (pending) return undefined;
      pending = digit;
      if (digit === 0) lastPower = 1;
      continue;
    }
    const power = HAN_UNITS[character] ?? 0;
    if (power < 4) section += (pending ?? 1) * 10 ** power;
    else {
      // 三亿五千万: the 万 multiplies only what stands behind the 亿.
      const below = total % 10 ** power;
      total += (below + section + (pending ?? 0)) * 10 ** power - below;
      section = 0;
    }
    pending = undefined;
    lastPower = power;
  }
  // 二百五 is 250, 一万二 is 12,000; 二百零五 is 205.
  return String(total + section + (pending ?? 0) * 10 ** Math.max(0, lastPower - 1));
}

/** Digits with what stands behind them, as one decimal: ('1.2', 'thousand') -> 1200, ('1,200', '万') -> 12000000. */
export function scaleDecimal(digits: string, unit = ''): string {
  const word = unit.toLowerCase();
  const power = ENGLISH_SCALES[word] ?? [...word].reduce((sum, character) => sum + (HAN_UNITS[character] ?? 0), 0);
  const [whole = '', decimals = ''] = digits.replace(/,/g, '').split('.');
  const shifted = decimals.padEnd(power, '0');
  return normalizeDecimal(`${whole}${shifted.slice(0, power)}.${shifted.slice(power)}`);
}

/** One writing for one value, by text: a number of any length keeps its digits. */
function normalizeDecimal(text: string): string {
  const [whole = '', decimals = ''] = text.split('.');
  const end = decimals.replace(/0+$/, '');
  return `${whole.replace(/^0+(?=\d)/, '') || '0'}${end === '' ? '' : `.${end}`}`;
}

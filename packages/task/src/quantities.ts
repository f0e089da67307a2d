import type { Fact } from './facts.ts';
import { ENGLISH_NUMERAL, HAN_DIGIT, HAN_NUMERAL, readEnglishNumeral, readHanNumeral, scaleDecimal } from './numerals.ts';

type Groups = Record<string, string | undefined>;
type Read = (groups: Groups, match: string, index: number) => Pick<Fact, 'kind' | 'value'> | undefined;

/** Text that a fact was found in, so that no later pattern finds another there. Same length. */
const TAKEN = '\u0000';
const MEASURES = '个個名位家年月日天周岁歲元块塊倍种種项項条條件台辆輛部座处處级級届屆层層号號小分秒公里米吨噸亩畝克斤度大类類步轮輪场場组組批人点點次款篇章方';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const month = '(?<month>(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?))\\b(?:\\.(?= \\d))?';
const day = '(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])';
const year = '(?<year>(?:1\\d|20|21)\\d\\d)(?!\\d)';
const half = '(?<half>[ap]\\.?m\\b\\.?)';
const hanYear = `(?<![\\d.])(?<year>(?:1\\d|20|21)\\d\\d|0\\d|\\d\\d(?= ?年 ?\\d{1,2} ?月)|[${HAN_DIGIT}]{4}) ?年`;
const hanMonth = `(?<month>(?<!\\d)\\d{1,2}|(?<![${HAN_NUMERAL}])[${HAN_DIGIT}十]{1,3}) ?月份?`;
const hanDay = `(?<day>\\d{1,2}|[${HAN_DIGIT}十]{1,3}) ?[日号號]`;
const hanHour = `(?<hour>(?<!\\d)\\d{1,2}|[${HAN_DIGIT}十]{1,3}) ?[点點时時]`;
const hanMinute = `(?:(?<thirty>半)|(?<minute>\\d{1,2}|[${HAN_DIGIT}十]{1,3}) ?分)`;
const hanRun = `[${HAN_NUMERAL}]{1,30}(?:[点點][${HAN_DIGIT}]{1,12}[万萬亿億]?)?`;
// Not inside a name (H100, ET-1), nor the rest of a longer number.
const digits = '(?<![A-Za-z\\d_]|[A-Z]-|\\d[.,])(?<digits>\\d{1,3}(?:,\\d{3})+(?!\\d)(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)';
// Not in 千米, 千瓦, 百分点.
const hanScale = '(?<han> ?(?:[百千](?![分瓦米克卡焦帕兆赫伏])|[万萬亿億]){1,3}(?<more>(?:\\d{1,6}[百千万萬]{1,2})*))';
const percent = '(?: ?%| ?per ?cent\\b| percentage points?\\b| ?个百分点)';

/** In the order they are tried: what is longer and surer comes first. */
const patterns: [RegExp, Read][] = [
  [new RegExp('(?<![\\d./-])(?<year>\\d{4})(?<mark>[-/.])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})(?!\\d)', 'g'), readDate],
  [new RegExp(`${hanYear}(?: ?${hanMonth}(?: ?${hanDay})?)?`, 'g'), readDate],
  [new RegExp(`${hanMonth}(?: ?${hanDay})?`, 'g'), readDate],
  [new RegExp(`\\b${day} (?:of )?${month}(?:,? ${year})?`, 'g'), readDate],
  [new RegExp(`\\b${month} ${day}(?:,? ${year})?`, 'g'), readDate],
  [new RegExp(`\\b${month},? ${year}`, 'g'), readDate],
  // "may" and "march" are words too.
  [new RegExp(`\\b(?:(?<=\\b(?:in|since|until|by|last|next|early|late|mid|of) )|(?!Ma[yr]))${month}`, 'g'), readDate],
  [new RegExp(`(?<![\\d:])(?<hour>\\d{1,2})[:：](?<minute>[0-5]\\d)(?:[:：][0-5]\\d)?(?![\\d:])(?: ?${half})?`, 'gi'), readTime],
  [new RegExp(`(?<![\\d.])(?<hour>\\d{1,2}) ?${half}`, 'gi'), readTime],
  [new RegExp(`(?<half>上午|早上|凌晨|中午|下午|晚上|傍晚) ?${hanHour}(?:钟|鐘|${hanMinute})?`, 'g'), readTime],
  [new RegExp(`${hanHour}(?:钟|鐘|${hanMinute})`, 'g'), readTime],
  [new RegExp(`(?<whole>\\d{1,6}|[${HAN_NUMERAL}]{1,6})分之(?<part>\\d+(?:\\.\\d+)?|${hanRun})`, 'g'), readFraction],
  [/\b(?<part>one|two|three|four|a)[- ](?<whole>third|quarter|fifth)s?\b/gi, readFraction],
  [/(?<![\d/.])(?<part>\d{1,3})\/(?<whole>\d{1,3})(?![\d/])/g, readFraction],
  [/(?<tenths>[二两兩三四五六七八九])成(?=[以的左，。、；！？\s]|$)/g, ({ tenths }) => number(`${readHanNumeral(tenths as string)}0%`)],
  [/(?<![\w.])\d+(?:\.\d+){2,}/g, (_, version) => number(version)],
  [new RegExp(`${digits}(?= ?(?:[-–—~～至到]|to|and) ?\\d+(?:\\.\\d+)?${percent})`, 'g'), (groups) => readDigits({ ...groups, percent: '%' })],
  [new RegExp(`${digits}(?:(?<percent>${percent})|(?: ?(?<scale>thousand|million|billion|trillion|bn|mn)|(?<letter>[kKMB]))\\b|${hanScale})?`, 'g'), readDigits],
  [new RegExp(`\\b${ENGLISH_NUMERAL}\\b(?<percent>${percent})?`, 'gi'), readWords],
];
const hanNumber = new RegExp(`(?<ordinal>第)?(?<run>[${HAN_DIGIT}十][${HAN_NUMERAL}]{0,30}(?:[点點][${HAN_DIGIT}]{1,12}[万萬亿億]?)?)(?<next>.)?`, 'gsu');
const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');
const bareWord = new RegExp(`\\b(?:one|${ordinals.join('|')})\\b`, 'gi');

/**
 * Numbers, dates and times of a text, in order. `loose` also takes what may be no number at all (one, first, 一, 第三, 七八), and says so:
 * right for a source that is to support a number, wrong for a statement that is to be checked.
 */
export function findQuantities(text: string, loose = false): Fact[] {
  const facts: Fact[] = [];
  let rest = narrowDigits(text);
  const take = (pattern: RegExp, read: Read) => {
    rest = rest.replace(pattern, (match: string, ...details: unknown[]) => {
      const index = details.find((detail) => typeof detail === 'number') as number;
      const last = details.at(-1);
      const groups = typeof last === 'object' ? (last as Groups) : {};
      const found = read(groups, match, index);
      if (!found) return match;
      const length = match.trimEnd().length;
      facts.push({ ...found, text: text.slice(index, index + length), start: index, end: index + length });
      return TAKEN.repeat(match.length);
    });
  };
  for (const [pattern, read] of patterns) take(pattern, read);
  takeHan(text, rest, loose, facts);
  if (loose) take(bareWord, (_, word) => number(String(Math.max(1, ordinals.indexOf(word.toLowerCase()) + 1))));
  return facts.sort((a, b) => a.start - b.start);
}

function takeHan(text: string, rest: string, loose: boolean, facts: Fact[]): void {
  for (const { groups = {}, index } of rest.matchAll(hanNumber)) {
    const run = groups['run'] as string;
    const start = index + (groups['ordinal']?.length ?? 0);
    const add = (value: string, from: number, length: number) => facts.push({ ...number(value), text: text.slice(from, from + length), start: from, end: from + length });
    const value = readHanNumeral(run);
    if (value !== undefined && (loose || isCounted(run, groups['next'], groups['ordinal'] !== undefined))) add(value, start, run.length);
    else if (loose && value === undefined) {
      for (const [offset, digit] of [...run].entries()) if (HAN_DIGIT.includes(digit)) add(readHanNumeral(digit) as string, start + offset, 1);
    }
  }
}

/** 一 is an article as a rule, 第三 says little, 四川 and 十分 are no numbers: a single character counts before a measure word only. */
function isCounted(run: string, next: string | undefined, isOrdinal: boolean): boolean {
  if (isOrdinal) return false;
  if (run.length > 1) return true;
  return run !== '一' && next !== undefined && MEASURES.includes(next) && !(run === '十' && next === '分');
}

/** Full-width digits, letters, % and . as half-width ones; every character keeps its place. */
function narrowDigits(text: string): string {
  return text.replace(/[０-９Ａ-Ｚａ-ｚ％．]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0)).replace(/[\u00a0\u3000]/g, ' ');
}

function number(value: string): Pick<Fact, 'kind' | 'value'> {
  return { kind: 'number', value };
}

function readDigits({ digits = '', percent, scale, letter, han, more }: Groups): ReturnType<Read> {
  if (percent !== undefined) return number(`${scaleDecimal(digits)}%`);
  if (!more) return number(scaleDecimal(digits, scale ?? letter ?? han?.trim()));
  // 3亿5000万
  const parts = [...more.matchAll(/(\d+)(\D+)/g)].map(([, count, unit]) => Number(scaleDecimal(count as string, unit)));
  const first = Number(scaleDecimal(digits, (han as string).slice(0, -more.length).trim()));
  return number(String(parts.reduce((sum, part) => sum + part, first)));
}

function readWords({ percent }: Groups, match: string): ReturnType<Read> {
  const words = percent === undefined ? match : match.slice(0, -percent.length);
  // "one" is a pronoun or an article more often than a number.
  if (percent === undefined && words.toLowerCase() === 'one') return undefined;
  return number(`${readEnglishNumeral(words)}${percent === undefined ? '' : '%'}`);
}

function readFraction({ whole = '', part = '' }: Groups): ReturnType<Read> {
  const words: Record<string, string> = { a: '1', third: '3', quarter: '4', fifth: '5' };
  const read = (text: string) => words[text.toLowerCase()] ?? (/^\d/.test(text) ? scaleDecimal(text) : /^[a-z]/i.test(text) ? readEnglishNumeral(text) : readHanNumeral(text.replace(/^(?=[百千万萬亿億])/, '一')));
  const [over, under] = [read(part), read(whole)];
  if (over === undefined || under === undefined) return undefined;
  return number(under === '100' ? `${over}%` : `${over}/${under}`);
}

/** `2024-05-03`; what is not said is left out from the end, or a dash at the beginning: `2024-05`, `--05-03`, `--05`. */
function readDate({ year, month, day }: Groups): ReturnType<Read> {
  const readMonth = month === undefined ? undefined : /^[A-Z]/.test(month) ? MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1 : readSmall(month);
  const readDay = day === undefined ? undefined : readSmall(day);
  if (readMonth !== undefined && !(readMonth >= 1 && readMonth <= 12)) return undefined;
  if (readDay !== undefined && !(readDay >= 1 && readDay <= 31)) return undefined;
  const whole = year === undefined ? undefined : readYear(year);
  if (year !== undefined && whole === undefined) return undefined;
  const parts = [whole ?? '-', readMonth, readDay].filter((part) => part !== undefined);
  return { kind: 'date', value: parts.map((part) => (typeof part === 'number' ? String(part).padStart(2, '0') : part)).join('-') };
}

/** 09年 and 98年3月 are years of two digits: the nearest ones. */
function readYear(text: string): string | undefined {
  if (/^\d{2}$/.test(text)) return Number(text) < 50 ? `20${text}` : `19${text}`;
  const value = /^\d/.test(text) ? text : readHanNumeral(text);
  return value !== undefined && /^(?:1\d|20|21)\d\d$/.test(value) ? value : undefined;
}

/** `T15:30` where the half of the day is known, else `3:30`. */
function readTime({ hour = '', minute, thirty, half }: Groups): ReturnType<Read> {
  const read = readSmall(hour);
  const minutes = thirty === undefined ? (minute === undefined ? 0 : readSmall(minute)) : 30;
  if (!(read <= 24 && minutes < 60)) return undefined;
  const isAfternoon = /^(?:p|下午|晚上|傍晚)/i.test(half ?? '') || (half === '中午' && read < 11);
  const known = half !== undefined || read > 12 || read === 0;
  const hours = isAfternoon && read < 12 ? read + 12 : /^a/i.test(half ?? '') && read === 12 ? 0 : read;
  const clock = `${known ? String(hours).padStart(2, '0') : hours}:${String(minutes).padStart(2, '0')}`;
  return { kind: 'date', value: known ? `T${clock}` : clock };
}

function readSmall(text: string): number {
  return Number(/^\d/.test(text) ? text : readHanNumeral(text));
}

import { readLanguage } from '@glm-tasks/task';
import { z } from 'zod';

const text = z.string().max(200);

/** A house style is data: patterns with names in braces, filled in by code. */
export const houseStyle = z.strictObject({
  name: text.min(1, 'give the style a name'),
  /** Says nothing about the language of the report; names in patterns are in the style's own. */
  byline: text,
  /** In front of the first paragraph: with place and date, with one of them, with neither. `{byline}` may stand in them. */
  dateline: z.strictObject({ full: text, place: text, date: text, none: text }),
  /** A quotation that ends as it should, one that ends in ? or !. */
  quote: z.strictObject({ plain: text, marked: text }),
  date: z.strictObject({ months: z.array(text).length(12, 'give twelve months').optional(), day: text, dayYear: text, month: text, monthYear: text, year: text, time: z.enum(['12h', '24h']) }),
  headline: z.strictObject({ unit: z.enum(['words', 'characters']), most: z.number().int().min(5).max(60) }),
  /** Facts a paragraph of the body takes at most. */
  paragraph: z.number().int().min(1).max(6),
});

export type HouseStyle = z.output<typeof houseStyle>;

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** English wire services: place in capitals, month before day, who said it behind the quotation. */
const wire: HouseStyle = {
  name: 'wire',
  byline: 'By {byline}',
  dateline: { full: '{PLACE}, {date} — ', place: '{PLACE} — ', date: '{date} — ', none: '' },
  quote: { plain: '“{quote},” said {speaker}.', marked: '“{quote}” said {speaker}.' },
  date: { months: MONTHS, day: '{month} {day}', dayYear: '{month} {day}, {year}', month: '{month}', monthYear: '{month} {year}', year: '{year}', time: '12h' },
  headline: { unit: 'words', most: 12 },
  paragraph: 3,
};

/** Chinese agencies and papers: 本报…讯, the reporter in brackets, who says it in front. */
const agencyZh: HouseStyle = {
  name: 'agency-zh',
  byline: '',
  dateline: { full: '本报{place}{date}讯（记者{byline}）　', place: '本报{place}讯（记者{byline}）　', date: '本报{date}讯（记者{byline}）　', none: '本报讯（记者{byline}）　' },
  quote: { plain: '{speaker}说：“{quote}。”', marked: '{speaker}说：“{quote}”' },
  date: { day: '{month}月{day}日', dayYear: '{year}年{month}月{day}日', month: '{month}月', monthYear: '{year}年{month}月', year: '{year}年', time: '24h' },
  headline: { unit: 'characters', most: 25 },
  paragraph: 3,
};

const STYLES: Readonly<Record<string, HouseStyle>> = { wire, 'agency-zh': agencyZh };

export function chooseHouseStyle(style: 'wire' | 'agency-zh' | HouseStyle | undefined, language: string): HouseStyle {
  if (typeof style === 'object') return style;
  return (style === undefined ? undefined : STYLES[style]) ?? (isChinese(language) ? agencyZh : wire);
}

export function isChinese(language: string): boolean {
  return readLanguage(language).language === 'zh';
}

/** `{name}` by what it stands for; brackets that would be left with nothing but words around an empty name go. */
export function fill(pattern: string, values: Readonly<Record<string, string | undefined>>): string {
  return pattern
    .replace(/（[^（）{}]*\{(\w+)\}[^（）{}]*）/gu, (bracket, name: string) => (values[name] === undefined ? '' : bracket))
    .replace(/\{(\w+)\}/gu, (_, name: string) => values[name] ?? '');
}

/** What stands between headline and first paragraph. */
export function writeDateline(style: HouseStyle, { place, date, byline }: { place?: string | undefined; date?: string | undefined; byline?: string | undefined }): string {
  const form = place === undefined ? (date === undefined ? 'none' : 'date') : date === undefined ? 'place' : 'full';
  return fill(style.dateline[form], { place, PLACE: place?.toUpperCase(), date, byline });
}

/** The words of a speaker as they are; only a full stop that the pattern sets itself is taken off. */
export function writeQuote(style: HouseStyle, { text, speaker }: { text: string; speaker: string }): string {
  const quote = text.trim().replaceAll('“', '‘').replaceAll('”', '’').replace(/[.。]$/u, '');
  return fill(/[?!？！…]$/u.test(quote) ? style.quote.marked : style.quote.plain, { quote, speaker });
}

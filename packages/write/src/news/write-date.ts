import { findFacts } from '@glm-tasks/task';
import { fill, type HouseStyle } from './house-style.ts';

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Every date of a text as the house style writes it; the year is left out where it is `year`, that of the dateline. Times, and dates of which
 * only a year or a month is said, stay as they are.
 *
 * @example
 * writeDates('opens on 2026-05-03', wire, undefined); // 'opens on May 3, 2026'
 */
export function writeDates(text: string, style: HouseStyle, year: string | undefined): string {
  let written = '';
  let end = 0;
  for (const fact of findFacts(text)) {
    const parts = fact.kind === 'date' ? /^(?:(\d{4})|-)-(\d\d)-(\d\d)$/.exec(fact.value) : null;
    if (!parts) continue;
    written += text.slice(end, fact.start) + writeDay(parts, style, year);
    end = fact.end;
  }
  return written + text.slice(end);
}

/** What stands in `when`: a date or a time in ISO form, or words with dates in them. */
export function writeWhen(when: string, style: HouseStyle, year: string | undefined): string {
  const [, date, hour, minute] = ISO_TIME.exec(when) ?? [];
  if (date !== undefined) return style.date.time === '24h' ? `${writeDates(date, style, year)}${hour}:${minute}` : `${writeClock(Number(hour), minute as string)} on ${writeDates(date, style, year)}`;
  const month = /^(\d{4})-(\d\d)$/.exec(when);
  if (!month || Number(month[2]) < 1 || Number(month[2]) > 12) return writeDates(when, style, year);
  return fill(style.date.monthYear, { year: month[1], month: nameMonth(Number(month[2]), style) });
}

function writeDay([, year, month, day]: RegExpExecArray, style: HouseStyle, known: string | undefined): string {
  const values = { year, month: nameMonth(Number(month), style), day: String(Number(day)) };
  return fill(year === undefined || year === known ? style.date.day : style.date.dayYear, values);
}

function nameMonth(month: number, style: HouseStyle): string {
  return style.date.months?.[month - 1] ?? String(month);
}

function writeClock(hour: number, minute: string): string {
  const half = hour < 12 ? 'a.m.' : 'p.m.';
  return `${hour % 12 || 12}${minute === '00' ? '' : `:${minute}`} ${half}`;
}

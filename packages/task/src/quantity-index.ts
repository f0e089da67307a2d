import type { Fact } from './facts.ts';

export interface QuantityIndex {
  add(facts: readonly Fact[]): void;
  /** True when a number or date of a statement occurs among what was added. */
  has(fact: Fact): boolean;
}

/**
 * Numbers by value, and 30 is in 30 %. A date is in a fuller one, and so is its year, month or day as a number; one whose year the source says
 * elsewhere than its day is in it too. A time without its half of the day is in either.
 */
export function createQuantityIndex(): QuantityIndex {
  const numbers = new Set<string>();
  const dates = new Set<string>();
  const times = new Set<string>();
  return {
    add(facts) {
      for (const fact of facts) {
        for (const number of readNumbers(fact)) numbers.add(number);
        if (fact.kind === 'date') (fact.value.includes(':') ? times : dates).add(fact.value);
      }
    },
    has({ kind, value }) {
      if (kind === 'number') return numbers.has(value);
      if (value.includes(':')) return [...times].some((time) => isSameTime(time, value));
      const [year, month, day] = splitDate(value);
      if (month === undefined) return numbers.has(year as string);
      return [...dates].some((date) => {
        const [givenYear, givenMonth, givenDay] = splitDate(date);
        const sameYear = year === undefined || givenYear === year || (givenYear === undefined && numbers.has(year));
        return sameYear && month === givenMonth && (day === undefined || day === givenDay);
      });
    },
  };
}

/** The numbers that stand in a fact, in their plainest form: for the overlap of two texts. */
export function readNumbers({ kind, value }: Fact): string[] {
  if (kind === 'number') return value.endsWith('%') ? [value, value.slice(0, -1)] : [value];
  if (kind === 'name') return [];
  const parts = value.includes(':') ? [value.replace(/^T|:.*$/g, '')] : splitDate(value).filter((part) => part !== undefined);
  return parts.map((part) => String(Number(part)));
}

function splitDate(value: string): (string | undefined)[] {
  const [, year, month, day] = /^(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?$/.exec(value) ?? [];
  return [year === '-' ? undefined : year, month, day];
}

function isSameTime(a: string, b: string): boolean {
  if (a.startsWith('T') && b.startsWith('T')) return a === b;
  const [[hour = 0, minute], [otherHour = 0, otherMinute]] = [readClock(a), readClock(b)];
  return hour % 12 === otherHour % 12 && minute === otherMinute;
}

function readClock(time: string): number[] {
  return time.replace('T', '').split(':').map(Number);
}

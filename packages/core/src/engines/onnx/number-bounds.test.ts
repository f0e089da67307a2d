import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canBecome, isWithin } from './number-bounds.ts';

const digits = fc.string({ unit: fc.constantFrom('0', '1', '4', '9', '.', '-'), minLength: 1, maxLength: 9 }).filter((text) => /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && !Object.is(Number(text), -0));
const bound = fc.option(fc.integer({ min: -120, max: 120 }).map((value) => value / 10), { nil: undefined });
const schema = fc.record({ type: fc.constantFrom('integer', 'number'), minimum: bound, exclusiveMinimum: bound, maximum: bound, exclusiveMaximum: bound });

function keeps(text: string, { type, minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, exclusiveMaximum = Infinity }: { [key: string]: number | undefined | string }): boolean {
  const value = Number(text);
  return (type === 'number' || !text.includes('.')) && value >= Number(minimum) && value > Number(exclusiveMinimum) && value <= Number(maximum) && value < Number(exclusiveMaximum);
}

describe('canBecome and isWithin', () => {
  it('every beginning of a number within the bounds can become one, and only within them it may end', () => {
    fc.assert(
      fc.property(digits, schema, (text, bounds) => {
        const within = keeps(text, bounds);
        if (bounds.type === 'number' || !text.includes('.')) expect(isWithin(text, bounds)).toBe(within);
        if (within) for (let length = 1; length <= text.length; length++) expect(canBecome(text.slice(0, length), bounds)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever can become one does: digits are always found to end within the bounds', () => {
    fc.assert(
      fc.property(schema, fc.infiniteStream(fc.nat(12)), (bounds, chances) => {
        if (![...'-0123456789'].some((first) => canBecome(first, bounds))) return;
        let text = '';
        for (let step = 0; step < 60; step++) {
          const complete = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && isWithin(text, bounds);
          if (complete && chances.next().value! < 4) return;
          const grammatical = [...'0123456789.-'].filter((next) => /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?)?$/.test(text + next) && !(bounds.type === 'integer' && next === '.'));
          const possible = grammatical.filter((next) => canBecome(text + next, bounds));
          if (possible.length === 0) return void expect({ text, bounds, complete }).toMatchObject({ complete: true });
          text += possible[chances.next().value! % possible.length]!;
        }
        expect(text.length).toBeLessThan(60);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['1000.5', { type: 'number', maximum: 1000 }, false],
    ['1000.0', { type: 'number', maximum: 1000 }, true],
    ['1000', { type: 'number', exclusiveMaximum: 1000 }, false],
    ['0', { type: 'number', exclusiveMinimum: 0 }, true],
    ['-', { type: 'integer', minimum: 0 }, false],
    ['9007199254740992', { type: 'integer' }, false],
    ['0.333333333333333333', { type: 'number' }, false],
    ['1e99', { type: 'number' }, true],
    ['1e999', { type: 'number' }, false],
    ['1e9', { type: 'number', maximum: 5 }, false],
    ['1.', { type: 'integer' }, false],
  ])('%s for %j: %s', (text, bounds, expected) => {
    expect(canBecome(text, bounds)).toBe(expected);
  });
});

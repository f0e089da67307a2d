import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureLength } from '@glm-tasks/task';
import { fitSentences, type Candidate } from './fit-sentences.ts';

const around = (unit: 'words' | 'characters', wanted: number) => ({ unit, min: Math.ceil(wanted * 0.85), max: Math.floor(wanted * 1.15), wanted });
const candidate = (text: string, place: number, isDraft = true): Candidate => ({ text, place, isDraft });
const draft = [
  candidate('The council voted for the new bridge.', 0),
  candidate('Work on the bridge and its harbour begins in May, which the mayor welcomed.', 40),
  candidate('Boats must wait until autumn.', 90),
];

describe('fitSentences', () => {
  test('a sentence less where there is one too many', () => {
    expect(fitSentences(draft, around('words', 12))).toEqual(['The council voted for the new bridge.', 'Boats must wait until autumn.']);
  });

  test('one more where one is missing, in the order of the text', () => {
    expect(fitSentences([...draft, candidate('A ferry costs four euros a day.', 60, false)], around('words', 33))).toEqual([draft[0]?.text, draft[1]?.text, 'A ferry costs four euros a day.', draft[2]?.text]);
  });

  test('what says the same fills nothing', () => {
    expect(fitSentences([...draft, candidate('The council voted for a new bridge in town.', 1, false)], around('words', 34))).toBeUndefined();
  });

  test('neither does a second version with another end', () => {
    const versions = [candidate('李明是黑派，主要做底层公链，对新思想和概念有独特视角。', 0), candidate('李明是黑派，主要做底层公链，认为信息相互倾听可能会看到一个更全貌。', 0)];
    expect(fitSentences(versions, around('characters', 50))).toBeUndefined();
  });

  test('the last clauses go only where whole sentences do not add up', () => {
    expect(fitSentences(draft.slice(1, 2), around('words', 10))).toEqual(['Work on the bridge and its harbour begins in May.']);
    expect(fitSentences(draft, around('words', 26))).toEqual(draft.map(({ text }) => text));
    const long = '市议会以九票对四票通过了新桥的方案，工程五月开始，要花一千二百万欧元，船只要等到秋天才能通行。';
    expect(fitSentences([candidate(long, 0)], around('characters', 24))).toEqual(['市议会以九票对四票通过了新桥的方案，工程五月开始。']);
  });

  test.each([
    ['Although the council voted for it, the bridge has to wait, which nobody likes at all.', around('words', 8)],
    ['由于市议会没有通过新桥的方案，船只要等到秋天。', around('characters', 15)],
    ['The council, as well as the mayor and the harbour, voted for the bridge.', around('words', 3)],
    ['The council voted for roads, bridges and harbours, parks and schools.', around('words', 9)],
  ])('half a thought is not left: %s', (text, target) => {
    expect(fitSentences([candidate(text, 0)], target)?.join() ?? 'nothing').toMatch(/^(?:nothing|Although the council voted for it, the bridge has to wait\.)$/);
  });

  test('a long summary of many sentences is chosen in no time', () => {
    // Three words that no other sentence has, none longer than the stems that are compared.
    const nameOf = (index: number) => [...String(index)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('a');
    const many = Array.from({ length: 800 }, (_, index) => candidate(`The ${nameOf(index)} and o${nameOf(index)} of u${nameOf(index)} waits ${'very '.repeat(index % 9)}long.`, index, index < 300));
    const started = performance.now();
    const fitted = fitSentences(many, around('words', 6_000));
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(Math.abs(measureLength(fitted?.join('\n') ?? '', 'words') - 6_000)).toBeLessThanOrEqual(900);
  });

  test('any choice has the length asked for, and whole sentences where whole ones add up', () => {
    const sentence = fc.tuple(fc.constantFrom('Mayor', 'Harbour', 'Bridge', 'School'), fc.array(fc.constantFrom('votes', 'waits', 'costs', 'opens', 'closes', 'moves'), { minLength: 1, maxLength: 12 })).map(([who, does]) => `${who} ${does.join(' ')}.`);
    const candidates = fc.array(fc.record({ text: sentence, place: fc.nat(100), isDraft: fc.boolean() }), { maxLength: 10 });
    fc.assert(
      fc.property(candidates, fc.integer({ min: 3, max: 60 }), (given, wanted) => {
        const target = around('words', wanted);
        const fitted = fitSentences(given, target);
        const single = given.some(({ text }) => measureLength(text, 'words') >= target.min && measureLength(text, 'words') <= target.max);
        if (single) expect(fitted).toBeDefined();
        if (!fitted) return;
        expect(measureLength(fitted.join('\n'), 'words')).toBeGreaterThanOrEqual(target.min);
        expect(measureLength(fitted.join('\n'), 'words')).toBeLessThanOrEqual(target.max);
        const places = fitted.map((text) => given.filter((one) => one.text === text).map(({ place }) => place));
        expect(places.every((here) => here.length > 0)).toBe(true);
        for (const [index, here] of places.slice(1).entries()) expect(Math.max(...here)).toBeGreaterThanOrEqual(Math.min(...(places[index] as number[])));
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutProse } from './fit-length.ts';
import { measureRepetition } from './measure-repetition.ts';
import { trimRepetition } from './trim-repetition.ts';

const before = 'The astronaut takes the tomato back to the station. Alex waters the plant in the dark.';
const never = () => false;

test('a sentence that says most of another one goes, one that only shares a few words stays', () => {
  const scene = 'The astronaut takes the tomato back to the station, where it is cut. A siren wakes the whole crew. Alex waters the roses at home, and nobody asks him why he does.';
  expect(trimRepetition(scene, before, never)).toBe('A siren wakes the whole crew. Alex waters the roses at home, and nobody asks him why he does.');
});

test('what a scene says twice itself counts too; what tells an event stays', () => {
  const scene = 'Kim opens the hatch of the old ship. A red light burns. Kim opens the hatch of the old ship and waits.';
  expect(trimRepetition(scene, '', never)).toBe('Kim opens the hatch of the old ship. A red light burns.');
  expect(trimRepetition(scene, '', (sentence) => sentence.includes('waits'))).toBe(scene);
});

test('in Chinese', () => {
  const scene = '沈默带着怀表来到钟表店的门口。店里的灯忽然灭了。';
  expect(trimRepetition(scene, '沈默带着怀表来到钟表店的门口，看了看。', never)).toBe('店里的灯忽然灭了。');
});

const words = fc.array(fc.constantFrom(...'mara boat lamp rope night door key sea'.split(' ')), { minLength: 3, maxLength: 9 });
const prose = fc.array(fc.array(words.map((some) => `${some.join(' ')}.`), { minLength: 1, maxLength: 4 }).map((some) => some.join(' ')), { maxLength: 4 }).map((some) => some.join('\n\n'));

test('whole sentences go, in order, and what is left repeats little unless it is kept', () => {
  fc.assert(
    fc.property(prose, prose, (scene, earlier) => {
      const trimmed = trimRepetition(scene, earlier, never);
      const left = cutProse(scene);
      for (const sentence of cutProse(trimmed)) expect(left.splice(0, left.findIndex((one) => one.trim() === sentence.trim()) + 1).length).toBeGreaterThan(0);
      expect(trimRepetition(trimmed, earlier, never)).toBe(trimmed);
      // The measure of a text also counts runs that begin in one sentence and end in the next.
      if (cutProse(trimmed).length === 1) expect(measureRepetition(trimmed, 'en', earlier)).toBeLessThanOrEqual(0.1);
      expect(trimRepetition(scene, earlier, () => true)).toBe(scene);
    }),
  );
});

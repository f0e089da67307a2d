import { measureLength } from '@glm-tasks/task';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendProse, cutProse, fitLength, insertProse } from './fit-length.ts';
import { normalizeProse } from './measure-repetition.ts';

const word = fc.constantFrom('boat', 'lamp', 'rope', 'Mara', 'harbour', 'night', '灯塔', '海', '船');
const sentence = fc.array(word, { minLength: 1, maxLength: 14 }).chain((words) => fc.constantFrom(`${words.join(' ')}. `, `“${words.join('')}。”`, `${words.join('')}。`, `"${words.join(' ')}!" she said. `));
const prose = fc.array(fc.array(sentence, { minLength: 1, maxLength: 5 }).map((sentences) => sentences.join('').trim()), { minLength: 1, maxLength: 5 }).map((paragraphs) => paragraphs.join('\n\n'));
const target = fc.record({ unit: fc.constantFrom('words' as const, 'characters' as const), max: fc.integer({ min: 1, max: 120 }) }).map(({ unit, max }) => ({ unit, max, min: Math.max(1, Math.floor(max * 0.8)) }));
const splitNormalized = (text: string) => cutProse(text).map(normalizeProse);
const plain = (text: string) => text.replace(/[\s“”"]+/gu, '');

test('cutting leaves whole sentences in their order, begins as the text begins and never makes it longer', () => {
  fc.assert(
    fc.property(prose, target, (text, wanted) => {
      const cut = fitLength(text, wanted);
      let at = 0;
      for (const character of plain(cut)) {
        at = plain(text).indexOf(character, at) + 1;
        expect(at).toBeGreaterThan(0);
      }
      expect(plain(cut).length).toBeLessThanOrEqual(plain(text).length);
      // Sentences measured one by one may have a word more than together.
      expect(measureLength(cut, wanted.unit) <= wanted.max + 1 || splitNormalized(cut).length === 1).toBe(true);
      if (measureLength(text, wanted.unit) <= wanted.max) expect(cut).toBe(text);
    }),
  );
});

test('sentences that tell an event and the ending stay, as long as others can go', () => {
  const text = 'Mara woke. The wind was loud.\n\nShe found the map. It was old and torn at the edge.\n\nShe went home. The lamp went out.';
  const cut = fitLength(text, { unit: 'words', min: 12, max: 16 }, (piece) => piece.includes('map'), 2);
  expect(cut).toMatch(/^Mara woke\..*She found the map\..*She went home\. The lamp went out\.$/su);
  expect(measureLength(cut, 'words')).toBeLessThanOrEqual(16);
});

test('appending keeps what stands and adds nothing twice', () => {
  fc.assert(
    fc.property(prose, prose, (text, addition) => {
      const grown = appendProse(text, addition);
      expect(grown.startsWith(text)).toBe(true);
      const long = splitNormalized(grown).filter((piece) => piece.length >= 24);
      const before = splitNormalized(text).filter((piece) => piece.length >= 24);
      expect(new Set(long).size - new Set(before).size).toBe(long.length - before.length);
    }),
  );
});

test('who speaks goes with what was said', () => {
  const first = '“你看见那条船了吗？”张明问道。“看见了。”李华回答。';
  expect(appendProse(first, '“你看见那条船了吗？”张明问道。海上起了雾。')).toBe(`${first}\n\n海上起了雾。`);
  expect(cutProse('“船来了。”他知道。')).toEqual(['“船来了。”', '他知道。']);
});

test('inserting keeps every paragraph and puts the new ones behind the place', () => {
  fc.assert(
    fc.property(prose, fc.nat(), (text, seed) => {
      let index = seed % text.length;
      while (text[index] === '\n') index--;
      const inserted = insertProse(text, 'A quite new sentence stands here.', index);
      const paragraphs = inserted.split('\n\n');
      expect(paragraphs.filter((paragraph) => paragraph !== 'A quite new sentence stands here.').join('\n\n')).toBe(text);
      expect(paragraphs.indexOf('A quite new sentence stands here.')).toBe(text.slice(0, index).split('\n\n').length);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignSegments } from './align-segments.ts';
import type { Segment } from './segments.ts';
import { toChinese } from './testing/fake-translator.ts';

const segments = (texts: readonly string[], kinds: readonly string[] = []): Segment[] => texts.map((source, index) => ({ id: `${index + 1}${kinds[index] ?? ''}`, source, place: `line ${index + 1}`, translatable: true }));
const words = 'the ferry leaves harbour with mail and comes back in evening when nobody knows about it any more except captain'.split(' ');
const sentence = fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 30 }).map((picked) => `${picked.join(' ')}.`);

test('each text of either document comes once, in order, and equal counts go by their places', () => {
  fc.assert(
    fc.property(fc.array(sentence, { maxLength: 12 }), fc.array(sentence, { maxLength: 12 }), (here, there) => {
      const [sources, targets] = [segments(here), segments(there.map(toChinese))];
      const aligned = alignSegments(sources, targets);
      expect(aligned.flatMap(([source]) => source ?? [])).toEqual(sources);
      expect(aligned.flatMap(([, target]) => target ?? [])).toEqual(targets);
      expect(aligned.every(([source, target]) => source ?? target)).toBe(true);
      if (here.length === there.length) expect(aligned.every(([source, target]) => source && target)).toBe(true);
    }),
  );
});

test('a paragraph that was left out is the only one that stands alone', () => {
  const texts = ['Open `config.yaml` and set the name of your harbour.', 'Run it.', 'The sensor is read every 30 seconds, and what is older than 14 days is deleted without a word.', 'You should see this within 5 seconds.', 'Ask us.'];
  for (const [left] of texts.entries()) {
    const aligned = alignSegments(segments(texts), segments(texts.toSpliced(left, 1).map((text) => (text.includes('`') ? `打开 \`config.yaml\`，设置港口的名称。` : toChinese(text)))));
    expect(aligned.filter(([source, target]) => !source || !target).map(([source]) => source?.source)).toEqual([texts[left]]);
  }
});

test('an alternative text goes with no paragraph', () => {
  const aligned = alignSegments(segments(['A lighthouse at dusk', 'The ferry is late.'], [':alt']), segments([toChinese('The ferry is late.')]));
  expect(aligned.map((pair) => pair.map((segment) => segment?.id))).toEqual([['1:alt', undefined], ['2', '1']]);
});

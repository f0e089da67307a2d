import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutIntoWindows, embedTexts, formBatches, type TextEncoder } from './embed-texts.ts';

/** A token a character; the vector of a row points to where its tokens do. */
function fakeEncoder(contextLength = 10): TextEncoder & { rows: number[][] } {
  const rows: number[][] = [];
  return {
    rows,
    first: 1,
    last: 2,
    contextLength,
    encode: (text) => [...text].map((character) => character.codePointAt(0)!),
    async run(batch) {
      rows.push(...batch.map((row) => [...row]));
      return batch.map((row) => {
        const sum = row.slice(1, -1).reduce((total, token) => total + token, 0);
        return Float32Array.of(Math.cos(sum), Math.sin(sum), 0);
      });
    },
  };
}

describe('texts are embedded', () => {
  it('each in its place, whatever shares a batch with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 8 }), { maxLength: 40 }), async (texts) => {
        const together = await embedTexts(fakeEncoder(), texts, () => false);
        expect(together).toHaveLength(texts.length);
        for (const [index, text] of texts.entries()) {
          const [alone] = await embedTexts(fakeEncoder(), [text], () => false);
          expect([...together[index]!]).toEqual([...alone!]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('once where they are equal, into vectors that do not share memory', async () => {
    const encoder = fakeEncoder();
    const [one, other] = await embedTexts(encoder, ['same', 'same'], () => false);
    expect(encoder.rows).toHaveLength(1);
    one![0] = 7;
    expect(other![0]).not.toBe(7);
  });

  it('whole, where they are longer than the model reads: every token is read once, and no row is too long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 200 }), fc.integer({ min: 3, max: 30 }), async (text, contextLength) => {
        const encoder = fakeEncoder(contextLength);
        const [vector] = await embedTexts(encoder, [text], () => false);
        expect(encoder.rows.every((row) => row.length <= contextLength && row[0] === 1 && row.at(-1) === 2)).toBe(true);
        expect(encoder.rows.flatMap((row) => row.slice(1, -1)).toSorted()).toEqual(encoder.encode(text).toSorted());
        expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('until they are aborted', async () => {
    await expect(embedTexts(fakeEncoder(), ['a'], () => true)).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('windows are of like length, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 100 }), fc.integer({ min: 1, max: 20 }), (tokens, longest) => {
      const windows = cutIntoWindows(tokens, longest);
      expect(windows.flat()).toEqual(tokens);
      const lengths = windows.map((window) => window.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(longest);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

it('batches hold every window once, within their budget or alone', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 60 }), (lengths) => {
      const windows = lengths.map((length, index) => ({ index, tokens: Array<number>(length).fill(0) }));
      const batches = formBatches(windows, 100);
      expect(batches.flat().map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(windows.map(({ index }) => index));
      for (const batch of batches) expect(batch.length === 1 || batch.length * (Math.max(...batch.map(({ tokens }) => tokens.length)) + 2) <= 100).toBe(true);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextStream } from './text-stream.ts';

/** A byte is a token, so characters are cut at every possible place. */
const decodeBytes = (tokens: number[]): string => new TextDecoder().decode(Uint8Array.from(tokens));

function run(text: string, stops: string[] = []): { chunks: string[]; stopped: boolean } {
  const stream = createTextStream(decodeBytes, stops);
  const chunks: string[] = [];
  for (const token of new TextEncoder().encode(text)) {
    const { text: chunk, stopped } = stream.push(token);
    if (chunk !== '') chunks.push(chunk);
    if (stopped) return { chunks, stopped };
  }
  const rest = stream.flush();
  if (rest !== '') chunks.push(rest);
  return { chunks, stopped: false };
}

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'é', '你', '。', '🎉', '👩‍👩‍👧', '👍🏽', '🇨🇳', '❤️', '\uFFFD', 'STOP', 'ST') });

describe('createTextStream', () => {
  it('joins to the whole text and never cuts a character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { chunks } = run(text);
        expect(chunks.join('')).toBe(text);
        for (const chunk of chunks) expect(chunk.isWellFormed()).toBe(true);
      }),
    );
  });

  it('never cuts an emoji', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '你', '👩‍👩‍👧', '👍🏽', '❤️', '🇨🇳')), (parts) => {
        const text = parts.join('');
        const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
        const wholeCharacters = new Set([...segmenter.segment(text)].map((part) => part.index));
        let at = 0;
        for (const chunk of run(text).chunks) {
          expect(wholeCharacters.has(at)).toBe(true);
          at += chunk.length;
        }
      }),
    );
  });

  it('ends before a stop text, wherever it was cut', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { chunks, stopped } = run(text, ['STOP', '。']);
        const at = [text.indexOf('STOP'), text.indexOf('。')].filter((place) => place !== -1);
        expect(stopped).toBe(at.length > 0);
        expect(chunks.join('')).toBe(at.length > 0 ? text.slice(0, Math.min(...at)) : text);
      }),
    );
  });

  it('shows plain text at once', () => {
    expect(run('abc').chunks).toEqual(['a', 'b', 'c']);
    expect(run('你好').chunks).toEqual(['你', '好']);
  });

  it('gives out broken bytes at the end instead of losing them', () => {
    const stream = createTextStream(decodeBytes, []);
    expect(stream.push(0xe4).text).toBe('');
    expect(stream.flush()).toBe('\uFFFD');
  });
});

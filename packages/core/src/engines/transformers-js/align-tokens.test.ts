import { PreTrainedTokenizer } from '@huggingface/transformers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignTokens } from './align-tokens.ts';
import { encodeText } from './prompt-tokens.ts';
import { findSpan, slide } from './read-answer.ts';
import { tokenizerJson, vocabulary } from './testing/tiny-reader.ts';

const wordPiece = new PreTrainedTokenizer(tokenizerJson(), { tokenizer_class: 'BertTokenizer', unk_token: '[UNK]', sep_token: '[SEP]', cls_token: '[CLS]', pad_token: '[PAD]' });

describe('tokens are placed', () => {
  it('where their characters are, whatever the tokenizer made of them', () => {
    const text = 'Éa 猫ab, ☃! ﬁ';
    const placed = alignTokens(text, wordPiece).map(({ id, start, end }) => [vocabulary[id], text.slice(start, end)]);
    expect(placed).toEqual([['e', 'É'], ['##a', 'a'], ['猫', '猫'], ['a', 'a'], ['##b', 'b'], [',', ','], ['[UNK]', '☃'], ['!', '!'], ['[UNK]', 'ﬁ']]);
  });

  it('in order, inside the text, on whole characters, and are those of the whole text', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom(' ', '\n', 'abc', 'É', '猫在', '🦊', '[SEP]', 'don.t', '(', 'ß', '\u00a0', 'İ'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('').toWellFormed();
        const placed = alignTokens(text, wordPiece);
        let last = 0;
        for (const { start, end } of placed) {
          expect(start >= 0 && end > start && end <= text.length).toBe(true);
          expect(end).toBeGreaterThanOrEqual(last);
          expect(text.slice(start, end).isWellFormed()).toBe(true);
          last = end;
        }
        // Characters that BERT's normalizer drops or turns into spaces cut words in places of its own.
        if (/^[\p{L}\p{N}\p{P}\p{S} \n]*$/u.test(text) && !/[\p{Mn}\p{Cf}]/u.test(text.normalize('NFD'))) expect(placed.map(({ id }) => id)).toEqual(encodeText(wordPiece, text));
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

it('windows hold every token, and each token with its neighbours in one of them', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.integer({ min: 16, max: 400 }), (count, room) => {
      const windows = slide(Array.from({ length: count }, (_, index) => index), room);
      expect([...new Set(windows.flat())]).toEqual(Array.from({ length: count }, (_, index) => index));
      for (const [index, window] of windows.slice(1).entries()) expect(windows[index]!.at(-1)! - window[0]! + 1).toBeGreaterThanOrEqual(Math.min(128, Math.floor(room / 2)));
      expect(windows.every((window) => window.length <= room)).toBe(true);
    }),
  );
});

it('the best span is the best of all that begin before they end', () => {
  const logits = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(logits, logits, (starts, ends) => {
      const { first, last, score, none } = findSpan(Float32Array.from(starts), Float32Array.from(ends), 2, 3);
      expect(first <= last && first >= 0 && last < 3 && score >= 0 && none + score <= 1 + 1e-9).toBe(true);
      for (let from = 0; from < 3; from++) for (let to = from; to < 3; to++) expect(starts[2 + from]! + ends[2 + to]!).toBeLessThanOrEqual(starts[2 + first]! + ends[2 + last]! + 1e-6);
    }),
  );
});

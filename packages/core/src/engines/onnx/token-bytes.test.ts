import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTokenBytes } from './token-bytes.ts';

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
const added = { single_word: false, lstrip: false, rstrip: false, normalized: false };
/** A tokenizer that knows these letters, "Ġthe" and two added tokens. */
function makeTokenizer(letters: string[]): Tokenizer {
  const vocab = Object.fromEntries([...letters, 'Ġthe'].map((letter, id) => [letter, id]));
  const special = { ...added, id: 300, content: '<|end|>', special: true };
  const plain = { ...added, id: 301, content: '<tool>', special: false };
  const json = { version: '1.0', added_tokens: [special, plain], normalizer: null, pre_tokenizer: byteLevel, post_processor: byteLevel, decoder: byteLevel, model: { type: 'BPE', vocab, merges: [] } };
  return new Tokenizer(json, { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '<|end|>' });
}

const everyCharacter = Array.from({ length: 0x11000 }, (_, index) => index * 16).filter((code) => code < 0xd800 || code > 0xdfff);
const everyByte = [...Array.from({ length: 0x800 }, (_, code) => code), ...everyCharacter].map((code) => String.fromCodePoint(code)).join('');
const letters = [...new Set(readTokenBytes(makeTokenizer([]), 0).writeText(everyByte))];
const tokenizer = makeTokenizer(letters);
const bytes = readTokenBytes(tokenizer, 310);
const the = letters.length;

describe('readTokenBytes', () => {
  it('writes texts as the tokenizer reads them', () => {
    // All bytes that UTF-8 has: 0xc0, 0xc1 and those from 0xf5 on never occur.
    expect(letters).toHaveLength(243);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const ids = [...bytes.writeText(text)].map((letter) => bytes.findToken(letter)!);
        expect(ids).toEqual(tokenizer.encode(text).ids);
        expect(ids.length === 1 ? bytes.showToken(ids[0]!) : text).toBe(text);
      }),
    );
  });

  it('shows a token as it stands', () => {
    expect(bytes.showToken(the)).toBe(' the');
    expect(bytes.showToken(300)).toBe('<|end|>');
    expect(bytes.showToken(bytes.findToken(bytes.writeText('é')[1]!)!)).toBe('\uFFFD');
    expect(bytes.showToken(309)).toBe('');
  });

  it('lists every number and finds no control token', () => {
    const list = bytes.listTokens();
    expect(list).toHaveLength(310);
    expect([list[the], list[300], list[301], list[309]]).toEqual(['Ġthe', '', '', '']);
    expect([bytes.findToken('Ġthe'), bytes.findToken('<|end|>'), bytes.findToken('<tool>')]).toEqual([the, undefined, undefined]);
  });
});

it('rewrites the pieces of SentencePiece', () => {
  const bytesOf = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const pieces = ['<unk>', ...bytesOf, '\u2581', '\u2581the', 'a', '{"', '中'];
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const special = { ...added, id: 300, content: '<|user|>', special: true };
  const json = { version: '1.0', added_tokens: [special], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: { type: 'Fuse' }, model: { type: 'BPE', vocab, merges: [], unk_token: '<unk>', byte_fallback: true } };
  const marked = readTokenBytes(new Tokenizer(json, { tokenizer_class: 'PreTrainedTokenizerFast' }), 301);
  const id = (piece: string): number => pieces.indexOf(piece);
  expect(marked.showToken(id('\u2581the'))).toBe(' the');
  expect([...marked.readBytes(id('中'))]).toEqual([...Buffer.from('中')]);
  expect([...marked.readBytes(id('<0xE4>'))]).toEqual([0xe4]);
  expect(marked.findToken(marked.writeText(' the'))).toBe(id('\u2581the'));
  expect(marked.findToken(marked.writeText('a'))).toBe(id('a'));
  expect(marked.findToken(marked.writeText('\n'))).toBe(id('<0x0A>'));
  expect(marked.findToken('<|user|>')).toBeUndefined();
  expect(marked.listTokens()[300]).toBe('');
});

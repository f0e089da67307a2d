import type { Tokenizer } from '@huggingface/tokenizers';

/**
 * The bytes behind the tokens. Byte-level vocabularies write every byte as one visible character (Radford et al. 2019,
 * GPT-2); texts written that way are called `written` here. The pieces of SentencePiece are rewritten that way.
 */
export interface TokenBytes {
  writeText(text: string): string;
  /** The token that is exactly these bytes; control tokens are never found. */
  findToken(written: string): number | undefined;
  /** A token alone as text: a control token by its name, bytes that are no whole character as U+FFFD. */
  showToken(token: number): string;
  /** The bytes of a token; none of a control token. */
  readBytes(token: number): Uint8Array;
  /** Every token by its number; '' for control tokens and for numbers without a token. */
  listTokens(): string[];
}

/** @param size numbers the model has an output for; files pad their vocabulary. */
export function readTokenBytes(tokenizer: Tokenizer, size: number): TokenBytes {
  const added = tokenizer.get_added_tokens_decoder();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const writeText = (text: string): string => Array.from(encoder.encode(text), (byte) => CHARACTERS[byte]!).join('');
  const isByteLevel = tokenizer.token_to_id('<0x0A>') === undefined;
  const write = (token: number): string => {
    const piece = (added.has(token) ? undefined : tokenizer.id_to_token(token)) ?? '';
    if (isByteLevel) return piece;
    const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
    return byte === undefined ? writeText(piece.replaceAll(WORD_MARK, ' ')) : CHARACTERS[Number.parseInt(byte, 16)]!;
  };
  const listTokens = (): string[] => Array.from({ length: size }, (_, token) => write(token));
  let byWriting: Map<string, number> | undefined;
  return {
    writeText,
    findToken(written) {
      if (isByteLevel) {
        const token = tokenizer.token_to_id(written);
        return token === undefined || added.has(token) ? undefined : token;
      }
      // Single bytes come before the pieces, and of two tokens for the same bytes the later one stays.
      byWriting ??= new Map(listTokens().flatMap((text, token): [string, number][] => (text === '' ? [] : [[text, token]])));
      return byWriting.get(written);
    },
    showToken(token) {
      const name = added.get(token)?.content;
      if (name !== undefined) return name;
      return decoder.decode(toBytes(write(token)));
    },
    readBytes: (token) => toBytes(write(token)),
    listTokens,
  };
}

/** SentencePiece writes the space before a word as this character, a part of the word. */
const WORD_MARK = '\u2581';

function toBytes(written = ''): Uint8Array {
  return Uint8Array.from(written, (character: string) => BYTES.get(character) ?? 0);
}

const isVisible = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);

/** Visible bytes stand for themselves, the others follow from U+0100 on. */
const CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++));
})();

const BYTES: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, byte) => [character, byte]));

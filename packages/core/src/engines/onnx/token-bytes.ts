import type { Tokenizer } from '@huggingface/tokenizers';

/**
 * The bytes behind the tokens. Byte-level vocabularies, the only kind the converter accepts, write every byte as one visible
 * character (Radford et al. 2019, GPT-2); texts written that way are called `written` here.
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
  return {
    writeText: (text) => Array.from(encoder.encode(text), (byte) => CHARACTERS[byte]!).join(''),
    findToken(written) {
      const token = tokenizer.token_to_id(written);
      return token === undefined || added.has(token) ? undefined : token;
    },
    showToken(token) {
      const name = added.get(token)?.content;
      if (name !== undefined) return name;
      return decoder.decode(toBytes(tokenizer.id_to_token(token)));
    },
    readBytes: (token) => toBytes(added.has(token) ? '' : tokenizer.id_to_token(token)),
    listTokens: () => Array.from({ length: size }, (_, token) => (added.has(token) ? '' : (tokenizer.id_to_token(token) ?? ''))),
  };
}

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

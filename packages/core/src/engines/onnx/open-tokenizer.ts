import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { limitEncoding } from '../limit-encoding.ts';
import { limitTime, refuseField } from '../limit-time.ts';

export interface OpenedTokenizer {
  tokenizer: Tokenizer;
  config: { chat_template?: string; bos_token?: string; eos_token?: string };
  /** Texts of control tokens, which must not act as such inside a document. */
  specials: string[];
  /** The token ids of a text, without special tokens around it. */
  encode(text: string): number[];
  decode(tokens: number[]): string;
}

// Vocabularies of 7 MB took 0.7 s on a busy machine.
const BASE_MS = 2000;
const MS_PER_BYTE = 1 / 1000;

/** The tokenizer in a converted folder. Its patterns are of whoever made the checkpoint: none of them may run on for ever. */
export async function openTokenizer(folder: string): Promise<OpenedTokenizer> {
  const [vocabulary, config] = await Promise.all([readJson(folder, 'tokenizer.json'), readJson(folder, 'tokenizer_config.json')]);
  const origin = { file: 'tokenizer.json', field: 'the tokenizer' };
  const tokenizer = limitTime(origin, BASE_MS + vocabulary.bytes * MS_PER_BYTE, () => {
    try {
      return new Tokenizer(vocabulary.json, config.json);
    } catch (cause) {
      throw refuseField(origin, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  });
  limitEncoding(tokenizer, vocabulary.json);
  return {
    tokenizer,
    config: config.json,
    specials: [...tokenizer.get_added_tokens_decoder().values()].map((token) => token.content).filter((content) => content.length > 1),
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (tokens) => tokenizer.decode(tokens, { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}

async function readJson(folder: string, file: string): Promise<{ json: object; bytes: number }> {
  const bytes = await readFile(join(folder, file));
  try {
    return { json: JSON.parse(bytes.toString('utf8')) as object, bytes: bytes.length };
  } catch (cause) {
    throw refuseField({ file, field: 'the file' }, 'is not JSON', cause);
  }
}

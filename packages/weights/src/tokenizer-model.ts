import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { glm4, writeByteLevel } from './byte-level.ts';
import { TaskError } from './errors.ts';
import { failFile } from './formats/fail-file.ts';
import type { Metadata } from './formats/metadata.ts';
import { readSentencePieceModel } from './formats/sentence-piece-model.ts';
import { readRankedTokens } from './formats/ranked-tokens.ts';
import { writeSentencePiece } from './sentence-piece.ts';
import type { TokenizerModel } from './tokenizer.ts';

const file = 'tokenizer.model';
const mostBytes = 64 << 20;

/** What ChatGLM2 and ChatGLM3 put behind the pieces of their vocabulary, ChatGLM2 only the first five. */
const chatglmTokens = ['[MASK]', '[gMASK]', '[sMASK]', '<sop>', '<eop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];

interface AddedToken {
  id: number;
  content: string;
  special: boolean;
}

/**
 * Rebuilds `tokenizer.json` from the `tokenizer.model` of the checkpoints that have only this one: pieces of SentencePiece
 * for ChatGLM2 and ChatGLM3, byte-level tokens with their ranks for GLM-4.
 */
export async function rebuildTokenizer(
  folder: string,
  { config, own }: { config: Metadata; own: Readonly<Record<string, unknown>> },
): Promise<{ json: Record<string, unknown>; marksWords: boolean }> {
  const bytes = await readModel(folder);
  // A list of ranks is text; a message of Protocol Buffers begins with its first piece.
  if (bytes[0] !== 0x0a) {
    const { entries, merges } = readRankedTokens(bytes, file);
    return { json: assemble(writeByteLevel({ ...glm4, wholeWordsFirst: true }, entries, merges), readDeclared(own)), marksWords: false };
  }
  const { tokens, kinds, scores, normalizers, marksFirst } = readSentencePieceModel(bytes, file);
  const isPlain = (id: number): boolean => kinds[id] === 1 || kinds[id] === 5 || kinds[id] === 6;
  const named = config.optionalText('model_type') === 'chatglm' ? chatglmTokens.slice(0, isSecond(config) ? 5 : undefined) : [];
  const added = [
    ...tokens.flatMap((content, id) => (isPlain(id) ? [] : [{ id, content, special: kinds[id] !== 4 }])),
    ...named.map((content, i) => ({ id: tokens.length + i, content, special: true })),
  ];
  const entries = Object.fromEntries(tokens.map((token, id) => [token, id] as const).filter(([, id]) => isPlain(id)));
  const unknown = tokens[kinds.indexOf(2)] ?? failFile(file, 'has no token for what it does not know');
  return { json: assemble(writeSentencePiece({ tokens, kinds, entries, scores, normalizers, marksFirst, unknown }), added), marksWords: true };
}

async function readModel(folder: string): Promise<Uint8Array> {
  const path = join(folder, file);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) {
    throw new TaskError('unsupported_model', `${basename(folder)} has no tokenizer.json and no ${file}. Take a checkpoint that has one, or a .gguf file of the model.`, {
      details: { file: 'tokenizer.json' },
    });
  }
  if (size > mostBytes) failFile(file, `has ${size} bytes; at most ${mostBytes} are read`);
  await using handle = await open(path);
  return new Uint8Array(await handle.readFile());
}

function isSecond(config: Metadata): boolean {
  return /chatglm2/i.test(config.optionalText('_name_or_path') ?? '');
}

/** Special tokens as `tokenizer_config.json` lists them by their numbers. */
function readDeclared(own: Readonly<Record<string, unknown>>): AddedToken[] {
  const listed = own['added_tokens_decoder'];
  if (typeof listed !== 'object' || listed === null || Array.isArray(listed)) failFile('tokenizer_config.json', 'lists no special tokens ("added_tokens_decoder")');
  return Object.entries(listed as Record<string, unknown>).map(([id, entry]) => {
    const { content, special } = (entry ?? {}) as Partial<AddedToken>;
    if (typeof content !== 'string' || !/^\d{1,7}$/.test(id)) failFile('tokenizer_config.json', `has the special token ${JSON.stringify(entry)?.slice(0, 80)}`);
    return { id: Number(id), content, special: special === true };
  });
}

function assemble({ normalizer, pre_tokenizer, post_processor, decoder, model }: TokenizerModel, added: readonly AddedToken[]): Record<string, unknown> {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const addedTokens = added.map((token) => ({ ...flags, ...token }));
  return { version: '1.0', truncation: null, padding: null, added_tokens: addedTokens, normalizer, pre_tokenizer, post_processor, decoder, model };
}

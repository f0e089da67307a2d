import { join } from 'node:path';
import type { Family } from './architectures/families.ts';
import { chooseChatTemplate, listEndsOfTurn } from './chat-template.ts';
import { TaskError } from './errors.ts';
import { failFile } from './formats/fail-file.ts';
import { readJsonMetadata, type Metadata } from './formats/metadata.ts';
import { readOptionalJson, readOptionalText } from './formats/read-optional.ts';
import type { Tokenizer } from './tokenizer.ts';
import { rebuildTokenizer } from './tokenizer-model.ts';

const mostTokenizerBytes = 64 << 20;
const mostConfigBytes = 1 << 20;

const kinds = ['BPE', 'Unigram', 'WordPiece', 'WordLevel'];

interface AddedToken {
  id: number;
  content: string;
  special: boolean;
}

/**
 * The tokenizer of a folder of the Hub: its `tokenizer.json` as it is, or one rebuilt from the older `tokenizer.model`,
 * and what its other files say about it.
 *
 * @throws TaskError `unsupported_model` where there is neither, `invalid_model_file` for files that contradict each other
 */
export async function readHubTokenizer(
  folder: string,
  { config, family, vocabularySize }: { config: Metadata; family: Family; vocabularySize: number },
): Promise<Tokenizer> {
  const own = (await readOptionalJson(join(folder, 'tokenizer_config.json'), mostConfigBytes)) ?? {};
  const published = await readOptionalJson(join(folder, 'tokenizer.json'), mostTokenizerBytes);
  const { json, marksWords } = published === undefined ? await rebuildTokenizer(folder, { config, own }) : { json: published, marksWords: false };
  const generation = readJsonMetadata('generation_config.json', (await readOptionalJson(join(folder, 'generation_config.json'), mostConfigBytes)) ?? {});
  const vocabulary = readVocabulary(json, vocabularySize);
  const added = readAddedTokens(json, vocabularySize);

  const idOf = (token: string): number | undefined => added.find(({ content }) => content === token)?.id ?? vocabulary.get(token);
  const has = (token: string): boolean => idOf(token) !== undefined;
  const nameOf = (key: string): string | undefined => readTokenName(own[key]);
  const endName = nameOf('eos_token');
  const endOfConfig = endName === undefined ? undefined : idOf(endName);
  const ends = listEndsOfTurn({ has });
  const eosTokenIds = [
    ...readIds(generation, vocabularySize),
    ...readIds(config, vocabularySize),
    ...(endOfConfig === undefined ? [] : [endOfConfig]),
    ...added.filter(({ content, special }) => special && ends.includes(content)).map(({ id }) => id),
  ];
  if (eosTokenIds.length === 0) failFile('config.json', 'names no token that ends a text ("eos_token_id")');

  const start = nameOf('bos_token');
  const bosTokenId = (start === undefined ? undefined : idOf(start)) ?? config.optionalCount('bos_token_id', 0, vocabularySize - 1);
  const addBos = own['add_bos_token'] === true || (bosTokenId !== undefined && startsWithToken(json, start));
  const template = readTemplate(own['chat_template']) ?? (await readOptionalText(join(folder, 'chat_template.jinja'), mostConfigBytes));
  const tokenOfEnd = [...added, ...[...vocabulary].map(([content, id]) => ({ content, id }))].find(({ id }) => id === eosTokenIds[0])?.content;
  return {
    json,
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      chat_template: chooseChatTemplate(template, { family, marksWords, has }),
      bos_token: start ?? null,
      eos_token: endName ?? tokenOfEnd,
      pad_token: nameOf('pad_token') ?? endName ?? tokenOfEnd,
      add_bos_token: addBos,
      clean_up_tokenization_spaces: false,
    },
    vocabularySize,
    eosTokenIds: [...new Set(eosTokenIds)],
    bosTokenId,
    addBos,
  };
}

/** Tokens by their texts, in the shapes that byte-pair, word-piece and unigram tokenizers write them. */
function readVocabulary(json: Readonly<Record<string, unknown>>, vocabularySize: number): ReadonlyMap<string, number> {
  const { type, vocab: vocabulary } = (json['model'] ?? {}) as { type?: unknown; vocab?: unknown };
  // Files older than the field have byte pairs.
  if (!kinds.includes(String(type ?? 'BPE'))) {
    throw new TaskError('unsupported_model', `tokenizer.json holds a tokenizer of kind ${JSON.stringify(type)?.slice(0, 64)}. Supported: ${kinds.join(', ')}.`, {
      details: { file: 'tokenizer.json', supported: kinds },
    });
  }
  if (typeof vocabulary !== 'object' || vocabulary === null) return failFile('tokenizer.json', 'has no vocabulary ("model.vocab")');
  const entries: [unknown, unknown][] = Array.isArray(vocabulary) ? vocabulary.map((entry: unknown, id) => [Array.isArray(entry) ? entry[0] : undefined, id]) : Object.entries(vocabulary);
  const known = new Map<string, number>();
  for (const [token, id] of entries) {
    if (typeof token !== 'string' || !isId(id, vocabularySize)) {
      failFile('tokenizer.json', `gives the token ${JSON.stringify(token)?.slice(0, 80)} the number ${String(id)}, but the model has ${vocabularySize} tokens`);
    }
    known.set(token, id);
  }
  return known;
}

function readAddedTokens(json: Readonly<Record<string, unknown>>, vocabularySize: number): AddedToken[] {
  const list = json['added_tokens'] ?? [];
  if (!Array.isArray(list)) return failFile('tokenizer.json', 'has "added_tokens" that are no list');
  return list.map((entry: unknown) => {
    const { id, content, special } = (entry ?? {}) as Partial<AddedToken>;
    if (typeof content !== 'string' || content === '' || !isId(id, vocabularySize)) {
      failFile('tokenizer.json', `has the added token ${JSON.stringify(entry).slice(0, 80)}, but the model has ${vocabularySize} tokens`);
    }
    return { id, content, special: special === true };
  });
}

function isId(id: unknown, vocabularySize: number): id is number {
  return Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocabularySize;
}

/** One number or a list of them. */
function readIds(metadata: Metadata, vocabularySize: number): number[] {
  const ids = metadata.list('eos_token_id');
  const wrong = ids.find((id) => !isId(id, vocabularySize));
  if (wrong !== undefined) failFile(metadata.file, `has the "eos_token_id" ${JSON.stringify(wrong)}, but the model has ${vocabularySize} tokens`);
  return ids as number[];
}

/** A token is written as its text, or as an object that holds it. */
function readTokenName(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof text === 'string' ? text : undefined;
}

/** One template, or a list of named ones of which "default" is for chats. */
function readTemplate(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const chosen = (value as { name?: unknown; template?: unknown }[]).find((entry) => entry?.name === 'default')?.template;
  return typeof chosen === 'string' ? chosen : undefined;
}

function startsWithToken(json: Readonly<Record<string, unknown>>, token: string | undefined): boolean {
  const processor = json['post_processor'] as { single?: { SpecialToken?: { id?: unknown } }[]; processors?: unknown[] } | null | undefined;
  const all = [processor, ...(Array.isArray(processor?.processors) ? (processor.processors as (typeof processor)[]) : [])];
  return token !== undefined && all.some((one) => Array.isArray(one?.single) && one.single[0]?.SpecialToken?.id === token);
}

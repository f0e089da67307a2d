import type { Family } from './architectures/families.ts';
import { byteLevelMethods, readByteLevel } from './byte-level.ts';
import { chooseChatTemplate, listEndsOfTurn } from './chat-template.ts';
import { TaskError } from './errors.ts';
import type { Metadata } from './formats/metadata.ts';
import { readSentencePiece } from './sentence-piece.ts';

/** What the files `tokenizer.json` and `tokenizer_config.json` hold, and the token ids that generation needs. */
export interface Tokenizer {
  json: object;
  config: object;
  vocabularySize: number;
  /** Every token that ends a text, the declared one first. */
  eosTokenIds: number[];
  bosTokenId: number | undefined;
  addBos: boolean;
}

/** The parts of `tokenizer.json` that differ from one kind of tokenizer to another. */
export interface TokenizerModel {
  normalizer: object | null;
  pre_tokenizer: object | null;
  post_processor: object | null;
  decoder: object;
  model: object;
  /** Whether texts begin with the first token where the file does not say. */
  addBos: boolean;
}

export interface VocabularyOf {
  tokens: readonly string[];
  kinds: readonly number[];
  /** The tokens that texts are made of, with their ids. */
  entries: Readonly<Record<string, number>>;
}

// Kinds of tokens as GGUF numbers them.
const unknownToken = 2;
const controlToken = 3;
const userDefinedToken = 4;
const mostTokens = 1 << 20;

const readers: Readonly<Record<string, (metadata: Metadata, vocabulary: VocabularyOf) => TokenizerModel>> = {
  gpt2: readByteLevel,
  llama: readSentencePiece,
};

/**
 * Rebuilds a tokenizer from the vocabulary inside a GGUF file.
 *
 * @throws TaskError `unsupported_model` for another kind of tokenizer, `invalid_model_file` for a vocabulary with holes
 */
export function readTokenizer(metadata: Metadata, family: Family): Tokenizer {
  const kind = metadata.text('tokenizer.ggml.model');
  const read = Object.hasOwn(readers, kind) ? readers[kind]! : refuse(kind, metadata);
  const kinds = metadata.numbers('tokenizer.ggml.token_type');
  const marksWords = kind === 'llama';
  const tokens = nameStarts(metadata.texts('tokenizer.ggml.tokens'), kinds);
  checkVocabulary(tokens, kinds);

  const lastId = tokens.length - 1;
  const declaredEnd = metadata.count('tokenizer.ggml.eos_token_id', 0, lastId);
  const declaredTurnEnd = metadata.optionalCount('tokenizer.ggml.eot_token_id', 0, lastId);
  const bosTokenId = metadata.optionalCount('tokenizer.ggml.bos_token_id', 0, lastId);
  const padding = metadata.optionalCount('tokenizer.ggml.padding_token_id', 0, lastId) ?? declaredEnd;
  const isSpecial = (id: number): boolean => kinds[id] === controlToken || (marksWords && kinds[id] === unknownToken);
  const isAdded = (id: number): boolean => isSpecial(id) || kinds[id] === userDefinedToken;
  const added = tokens.flatMap((content, id) =>
    isAdded(id) ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial(id) }] : [],
  );
  const entries = Object.fromEntries(tokens.map((token, id) => [token, id] as const).filter(([, id]) => !isAdded(id)));
  const { addBos: addBosByDefault, ...parts } = read(metadata, { tokens, kinds, entries });
  const addBos = metadata.optionalFlag('tokenizer.ggml.add_bos_token') ?? (addBosByDefault && bosTokenId !== undefined);

  const known = new Set(tokens);
  const has = (token: string): boolean => known.has(token);
  const ends = listEndsOfTurn({ has });
  const otherEnds = added.filter(({ content, special }) => special && ends.includes(content)).map(({ id }) => id);

  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      ...parts,
      post_processor: addBos && bosTokenId !== undefined ? startWith(tokens[bosTokenId]!, bosTokenId) : parts.post_processor,
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      chat_template: chooseChatTemplate(metadata.optionalText('tokenizer.chat_template'), { family, marksWords, has }),
      bos_token: bosTokenId === undefined ? null : tokens[bosTokenId],
      eos_token: tokens[declaredEnd],
      pad_token: tokens[padding],
      add_bos_token: addBos,
      clean_up_tokenization_spaces: false,
    },
    vocabularySize: tokens.length,
    eosTokenIds: [...new Set([declaredEnd, ...(declaredTurnEnd === undefined ? [] : [declaredTurnEnd]), ...otherEnds])],
    bosTokenId,
    addBos,
  };
}

/** ChatGLM3 names two of its control tokens like parts of words: as they are they would cut "philosophy" in two. */
function nameStarts(tokens: readonly string[], kinds: readonly number[]): readonly string[] {
  return tokens.map((token, id) => (kinds[id] === controlToken && (token === 'sop' || token === 'eop') ? `<${token}>` : token));
}

function refuse(kind: string, metadata: Metadata): never {
  const method = metadata.optionalText('tokenizer.ggml.pre') ?? 'default';
  const supported = ['llama', ...byteLevelMethods.map((name) => `gpt2/${name}`)];
  throw new TaskError('unsupported_model', `The file's tokenizer is "${kind}/${method}". Supported: ${supported.join(', ')}.`, {
    details: { tokenizer: `${kind}/${method}`, supported },
  });
}

function checkVocabulary(tokens: readonly string[], kinds: readonly number[]): void {
  const problem =
    tokens.length === 0 || tokens.length > mostTokens
      ? `has ${tokens.length} tokens`
      : kinds.length !== tokens.length
        ? `has ${tokens.length} tokens but ${kinds.length} token types`
        : new Set(tokens).size !== tokens.length
          ? 'holds the same token twice'
          : undefined;
  if (problem === undefined) return;
  throw new TaskError('invalid_model_file', `The file's vocabulary ("tokenizer.ggml.tokens") ${problem}. Fetch the file again.`, {
    details: { field: 'tokenizer.ggml.tokens' },
  });
}

function startWith(token: string, id: number): object {
  const start = { SpecialToken: { id: token, type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [start, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [start, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

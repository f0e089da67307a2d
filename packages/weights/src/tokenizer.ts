import { TaskError } from './errors.ts';
import type { Metadata } from './formats/gguf-metadata.ts';

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

// Kinds of tokens as GGUF numbers them.
const controlToken = 3;
const userDefinedToken = 4;
const mostTokens = 1 << 20;

/** Texts by which chat models end a turn. Files often declare only one of those their model uses. */
const endOfTurn = ['<|im_end|>', '<|endoftext|>', '<|eot_id|>', '<|end_of_text|>', '</s>'];

/**
 * How a text is cut into words before byte pairs are merged, by the name that GGUF files give the method.
 * Source: the published `tokenizer.json` of each model; llama.cpp keeps the same patterns in `llama-vocab.cpp`.
 */
const preTokenizers: Readonly<Record<string, { normalizer: object | null; steps: readonly object[] }>> = {
  qwen2: {
    normalizer: { type: 'NFC' },
    steps: [
      split(
        String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
      ),
      byteLevel(false),
    ],
  },
  smollm: { normalizer: null, steps: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] },
};

/**
 * Rebuilds a tokenizer from the vocabulary inside a GGUF file (byte-level byte-pair encoding, the kind called "gpt2").
 *
 * @throws TaskError `unsupported_model` for another kind of tokenizer, `invalid_model_file` for a vocabulary with holes
 */
export function readTokenizer(metadata: Metadata): Tokenizer {
  const kind = metadata.text('tokenizer.ggml.model');
  const method = metadata.optionalText('tokenizer.ggml.pre') ?? 'default';
  const preTokenizer = Object.hasOwn(preTokenizers, method) ? preTokenizers[method] : undefined;
  if (kind !== 'gpt2' || preTokenizer === undefined) {
    const supported = Object.keys(preTokenizers).map((name) => `gpt2/${name}`);
    throw new TaskError('unsupported_model', `The file's tokenizer is "${kind}/${method}". Supported: ${supported.join(', ')}.`, {
      details: { tokenizer: `${kind}/${method}`, supported },
    });
  }
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  const kinds = metadata.numbers('tokenizer.ggml.token_type');
  checkVocabulary(tokens, kinds);

  const lastId = tokens.length - 1;
  const declaredEnd = metadata.count('tokenizer.ggml.eos_token_id', 0, lastId);
  const bosTokenId = metadata.optionalCount('tokenizer.ggml.bos_token_id', 0, lastId);
  const padding = metadata.optionalCount('tokenizer.ggml.padding_token_id', 0, lastId) ?? declaredEnd;
  const addBos = metadata.optionalFlag('tokenizer.ggml.add_bos_token') ?? false;
  const isAdded = (id: number): boolean => kinds[id] === controlToken || kinds[id] === userDefinedToken;
  const added = tokens.flatMap((content, id) =>
    isAdded(id)
      ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: kinds[id] === controlToken }]
      : [],
  );
  const otherEnds = added.filter(({ id, content, special }) => special && id !== declaredEnd && endOfTurn.includes(content));

  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: preTokenizer.normalizer,
      pre_tokenizer: { type: 'Sequence', pretokenizers: preTokenizer.steps },
      post_processor: addBos && bosTokenId !== undefined ? startWith(tokens[bosTokenId]!, bosTokenId) : byteLevel(false),
      decoder: byteLevel(false),
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: '',
        end_of_word_suffix: '',
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id] as const).filter(([, id]) => !isAdded(id))),
        merges: metadata.texts('tokenizer.ggml.merges'),
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      chat_template: metadata.optionalText('tokenizer.chat_template'),
      bos_token: bosTokenId === undefined ? null : tokens[bosTokenId],
      eos_token: tokens[declaredEnd],
      pad_token: tokens[padding],
      add_bos_token: addBos,
      clean_up_tokenization_spaces: false,
    },
    vocabularySize: tokens.length,
    eosTokenIds: [declaredEnd, ...otherEnds.map(({ id }) => id)],
    bosTokenId,
    addBos,
  };
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

function split(pattern: string): object {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

function byteLevel(cutWords: boolean): object {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: cutWords };
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

import { TaskError } from './errors.ts';
import type { Metadata } from './formats/metadata.ts';
import type { TokenizerModel, VocabularyOf } from './tokenizer.ts';

interface Method {
  normalizer: object | null;
  steps: readonly object[];
  /** Whether a word that is a token as a whole is taken before any merge is tried. */
  wholeWordsFirst?: boolean;
  /** Whether texts begin with the first token where the file does not say. */
  addBos?: boolean;
}

/** Words as cut by GPT-4 and by models after it: up to so many digits are one word. */
function cutWords(digits: string): object {
  return split(
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  );
}

const qwen2: Method = { normalizer: { type: 'NFC' }, steps: [cutWords(String.raw`\p{N}`), byteLevel(false)] };
export const glm4: Method = { normalizer: null, steps: [cutWords(String.raw`\p{N}{1,3}`), byteLevel(false)] };

/**
 * How a text is cut into words before byte pairs are merged, by the name that GGUF files give the method.
 * Source: the published `tokenizer.json` of each model; llama.cpp keeps the same patterns in `llama-vocab.cpp`.
 */
const methods: Readonly<Record<string, Method>> = {
  qwen2,
  'deepseek-r1-qwen': qwen2,
  smollm: { normalizer: null, steps: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] },
  glm4,
  'chatglm-bpe': glm4,
  'llama-bpe': { ...glm4, wholeWordsFirst: true, addBos: true },
};

export const byteLevelMethods: readonly string[] = Object.keys(methods);

/** Byte-level byte-pair encoding (https://arxiv.org/abs/1909.03341), the kind that GGUF files call "gpt2". */
export function readByteLevel(metadata: Metadata, { entries }: VocabularyOf): TokenizerModel {
  const name = metadata.optionalText('tokenizer.ggml.pre') ?? 'default';
  const method = Object.hasOwn(methods, name) ? methods[name]! : refuse(name);
  return writeByteLevel(method, entries, metadata.texts('tokenizer.ggml.merges'));
}

export function writeByteLevel(method: Method, entries: Readonly<Record<string, number>>, merges: readonly (string | readonly [string, string])[]): TokenizerModel {
  return {
    normalizer: method.normalizer,
    pre_tokenizer: { type: 'Sequence', pretokenizers: method.steps },
    post_processor: byteLevel(false),
    decoder: byteLevel(false),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: method.wholeWordsFirst ?? false,
      vocab: entries,
      merges,
    },
    addBos: method.addBos ?? false,
  };
}

function refuse(name: string): never {
  throw new TaskError('unsupported_model', `The file's tokenizer is "gpt2/${name.slice(0, 64)}". Supported: ${byteLevelMethods.map((method) => `gpt2/${method}`).join(', ')}.`, {
    details: { tokenizer: `gpt2/${name.slice(0, 64)}`, supported: byteLevelMethods },
  });
}

function split(pattern: string): object {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

function byteLevel(cutsWords: boolean): object {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: cutsWords };
}

import { TaskError } from './errors.ts';
import type { Metadata } from './formats/metadata.ts';
import type { TokenizerModel, VocabularyOf } from './tokenizer.ts';

// Kind of token as GGUF numbers them.
const normalToken = 1;
/** SentencePiece writes the space before a word as this character, a part of the word. */
const wordMark = '\u2581';
// No known piece is longer; a hostile one would be cut at every place.
const longestPiece = 64;

/** A vocabulary of pieces, whatever file it comes from; kinds are numbered as GGUF and SentencePiece both do. */
export interface Pieces extends VocabularyOf {
  /** The better of two pieces has the higher score. */
  scores: readonly number[];
  /** Whether a text begins with the mark of a word although it begins with no space. */
  marksFirst: boolean;
  unknown: string;
  /** What else is done to a text first. */
  normalizers?: readonly object[];
}

/** The kind of tokenizer that GGUF files call "llama". */
export function readSentencePiece(metadata: Metadata, vocabulary: VocabularyOf): TokenizerModel {
  const { tokens } = vocabulary;
  const scores = metadata.numbers('tokenizer.ggml.scores');
  if (scores.length !== tokens.length || scores.some((score) => !Number.isFinite(score))) {
    throw new TaskError('invalid_model_file', `The file has ${tokens.length} tokens but ${scores.length} scores, or one that is not a number ("tokenizer.ggml.scores"). Fetch the file again.`, {
      details: { field: 'tokenizer.ggml.scores' },
    });
  }
  const unknown = tokens[metadata.optionalCount('tokenizer.ggml.unknown_token_id', 0, tokens.length - 1) ?? 0]!;
  return writeSentencePiece({ ...vocabulary, scores, unknown, marksFirst: metadata.optionalFlag('tokenizer.ggml.add_space_prefix') ?? true });
}

/**
 * SentencePiece with byte-pair encoding (https://arxiv.org/abs/1808.06226): of two neighbours that make a piece, those
 * with the best score are joined first. Written as a list of merges in that order.
 */
export function writeSentencePiece({ tokens, kinds, entries, scores, marksFirst, unknown, normalizers = [] }: Pieces): TokenizerModel {
  const replace = (pattern: string, content: string): object => ({ type: 'Replace', pattern: { String: pattern }, content });
  return {
    normalizer: { type: 'Sequence', normalizers: [...normalizers, ...(marksFirst ? [{ type: 'Prepend', prepend: wordMark }] : []), replace(' ', wordMark)] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [replace(wordMark, ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, ...(marksFirst ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [])],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: entries,
      merges: listMerges(tokens, kinds, scores),
    },
    addBos: true,
  };
}

/** Every way to make a piece of two parts that can stand there: pieces themselves, or single characters. */
function listMerges(tokens: readonly string[], kinds: readonly number[], scores: readonly number[]): [string, string][] {
  const normal = new Set(tokens.filter((_, id) => kinds[id] === normalToken));
  const ranked = tokens.map((token, id) => ({ token, id })).filter(({ id, token }) => kinds[id] === normalToken && token.length <= longestPiece);
  ranked.sort((a, b) => scores[b.id]! - scores[a.id]! || a.id - b.id);
  return ranked.flatMap(({ token }) => {
    const characters = Array.from(token);
    const stands = (part: readonly string[]): boolean => part.length === 1 || normal.has(part.join(''));
    return characters.slice(1).flatMap((_, i): [string, string][] => {
      const [left, right] = [characters.slice(0, i + 1), characters.slice(i + 1)];
      return stands(left) && stands(right) ? [[left.join(''), right.join('')]] : [];
    });
  });
}

import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { guardSpecials } from '../onnx/tokenizer.ts';

export interface PlacedToken {
  id: number;
  /** Where in the text it stands, in UTF-16 units. */
  start: number;
  end: number;
}

type Tokenize = Pick<PreTrainedTokenizer, 'encode' | 'tokenize' | 'all_special_tokens'>;

interface Pieces {
  ids: number[];
  tokens: string[];
}

/**
 * The tokens of a text, each with its place, which transformers.js does not tell. Tokenizers cut at white space, so each run between two
 * is looked at alone. Inside a run a token stands where its own characters are found; where a tokenizer has changed them beyond
 * recognition, or does not know the word, the token stands for the whole run.
 */
export function alignTokens(text: string, tokenizer: Tokenize): PlacedToken[] {
  return [...text.matchAll(/\S+/gu)].flatMap(({ 0: run, index }) => {
    // For tokenizers to which "a word" and "aword" differ.
    const space = index > 0 ? ' ' : '';
    const whole = readPieces(space + run, tokenizer);
    const parts = cutRun(run).map((part, at) => ({ ...part, pieces: readPieces((at === 0 ? space : '') + part.text, tokenizer) }));
    const sameInParts = parts.flatMap(({ pieces }) => pieces.ids).join() === whole.ids.join();
    const placed = sameInParts ? parts.flatMap(({ text: part, start, pieces }) => placePieces(part, pieces, start)) : placePieces(run, whole, 0);
    return placed.map(({ id, start, end }) => ({ id, start: index + start, end: index + end }));
  });
}

function readPieces(text: string, tokenizer: Tokenize): Pieces {
  const { guard, split } = guardSpecials([text], tokenizer.all_special_tokens);
  const parts = split(guard(text)).filter((part) => part !== '');
  const options = { add_special_tokens: false };
  return { ids: parts.flatMap((part) => tokenizer.encode(part, options)), tokens: parts.flatMap((part) => tokenizer.tokenize(part, options)) };
}

/** Words, and every sign and ideograph for itself. */
function cutRun(run: string): { text: string; start: number }[] {
  return [...run.matchAll(/[\p{P}\p{S}\p{Script=Han}]|[^\p{P}\p{S}\p{Script=Han}]+/gu)].map(({ 0: text, index }) => ({ text, start: index }));
}

// What tokenizers do to characters: nothing, compatibility forms, small letters without accents, or both.
const changes: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => character.normalize('NFKC'),
  (character) => character.toLowerCase(),
  (character) => character.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, ''),
  (character) => character.normalize('NFKC').toLowerCase(),
];

function placePieces(text: string, { ids, tokens }: Pieces, offset: number): PlacedToken[] {
  const bare = tokens.map((token) => token.replace(/^(##|[▁Ġ]+)/u, ''));
  const joined = bare.join('');
  for (const change of changes) {
    const units = [...text.matchAll(/./gsu)].map(({ 0: character, index }) => ({ changed: change(character), start: index, end: index + character.length }));
    if (ids.length !== tokens.length || units.map(({ changed }) => changed).join('') !== joined) continue;
    const sources = units.flatMap((unit) => Array.from({ length: unit.changed.length }, () => unit));
    let at = 0;
    return bare.map((token, index) => {
      const first = sources[at] ?? sources.at(-1)!;
      at += token.length;
      const last = token === '' ? first : sources[at - 1]!;
      return { id: ids[index]!, start: offset + first.start, end: offset + last.end };
    });
  }
  return ids.map((id) => ({ id, start: offset, end: offset + text.length }));
}

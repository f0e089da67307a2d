import type { Tensor } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';
import type { ExtractedAnswer } from '../../extract-answer.ts';
import { alignTokens, type PlacedToken } from './align-tokens.ts';
import type { LoadedModel } from './load-model.ts';
import { encodeText } from './prompt-tokens.ts';

export type ReadAnswer = (question: string, text: string, interrupted: () => boolean) => Promise<ExtractedAnswer | undefined>;

// As in the reference implementation of BERT for SQuAD (google-research/bert, run_squad.py: doc_stride, max_answer_length).
const OVERLAP = 128;
const LONGEST_ANSWER = 64;
const LEAST_ROOM = 16;

/** Extractive question answering: where the answer begins and ends is scored for every token, and the best pair is the answer. */
export function createReader({ library, model, tokenizer, contextLength }: LoadedModel): ReadAnswer {
  const frame = readFrame((text, text_pair) => tokenizer.encode(text, { text_pair }), encodeText(tokenizer, 'a').length);
  const kinds = (model.config as { type_vocab_size?: number }).type_vocab_size ?? 1;

  async function score(question: readonly number[], window: readonly PlacedToken[]): Promise<{ start: Float32Array; end: Float32Array; at: number }> {
    const before = [frame.first, ...question, ...frame.between];
    const tokens = [...before, ...window.map(({ id }) => id), frame.last];
    const integers = (values: number[]): Tensor => new library.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const outputs = (await model.forward({
      input_ids: integers(tokens),
      attention_mask: integers(tokens.map(() => 1)),
      token_type_ids: integers(tokens.map((_, at) => Number(kinds > 1 && at >= before.length))),
    })) as Record<string, Tensor>;
    const [start, end] = ['start_logits', 'end_logits'].map((name) => outputs[name]?.to('float32').data as Float32Array | undefined);
    if (start === undefined || end === undefined) {
      throw new TaskError('unsupported_model', 'This model does not say where an answer begins and ends: it was not exported for question answering.');
    }
    return { start, end, at: before.length };
  }

  return async (question, text, interrupted) => {
    const asked = encodeText(tokenizer, question);
    const placed = alignTokens(text, tokenizer);
    const room = contextLength - asked.length - frame.between.length - 2;
    if (room < LEAST_ROOM) {
      throw new TaskError('context_overflow', `The question has ${asked.length} tokens and the model reads ${contextLength} at once, which leaves no room for the text. Shorten the question.`, {
        details: { limit: contextLength, got: asked.length },
      });
    }
    let best: ExtractedAnswer | undefined;
    let leastNone = Infinity;
    for (const window of slide(placed, room)) {
      // Lets an abort be heard between two windows.
      await new Promise((resolve) => setImmediate(resolve));
      if (interrupted()) throw new TaskError('aborted', 'The request was aborted.');
      const { start, end, at } = await score(asked, window);
      const span = findSpan(start, end, at, window.length);
      leastNone = Math.min(leastNone, span.none);
      if (best !== undefined && span.score <= best.score) continue;
      const [from, to] = [window[span.first]!.start, window[span.last]!.end];
      best = { text: text.slice(from, to), start: from, end: to, score: span.score };
    }
    // Models that know unanswerable questions point at the first token for "no answer" (SQuAD 2.0).
    return best !== undefined && best.score >= leastNone ? best : undefined;
  };
}

/** The special tokens around and between a question and a text. */
function readFrame(encode: (text: string, pair: string) => number[], length: number): { first: number; between: number[]; last: number } {
  const tokens = encode('a', 'a');
  const between = tokens.slice(1 + length, tokens.length - 1 - length);
  if (between.length < 1) throw new TaskError('unsupported_model', 'The tokenizer puts no special token between a question and a text.');
  return { first: tokens[0]!, between, last: tokens.at(-1)! };
}

export function slide<T>(tokens: readonly T[], room: number): T[][] {
  const step = room - Math.min(OVERLAP, Math.floor(room / 2));
  const windows: T[][] = [];
  for (let from = 0; from < tokens.length; from += step) {
    windows.push(tokens.slice(from, from + room));
    if (from + room >= tokens.length) break;
  }
  return windows;
}

/** The likeliest pair of a beginning and an end among `count` tokens from `at` on, and how likely it is that there is none. */
export function findSpan(start: Float32Array, end: Float32Array, at: number, count: number): { first: number; last: number; score: number; none: number } {
  const [starts, ends] = [start, end].map((logits) => softmax([logits[0]!, ...logits.subarray(at, at + count)]));
  let best = { first: 0, last: 0, score: -1 };
  for (let first = 0; first < count; first++) {
    for (let last = first; last < Math.min(count, first + LONGEST_ANSWER); last++) {
      const score = starts![first + 1]! * ends![last + 1]!;
      if (score > best.score) best = { first, last, score };
    }
  }
  return { ...best, none: starts![0]! * ends![0]! };
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

import { TaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Message } from '../engine.ts';

export interface FakeEngineOptions {
  /** The answer to a request. A string is cut at word boundaries; of an iterable, each text is one token and one delta. */
  reply: (request: GenerateRequest) => string | Iterable<string>;
  /** @default 4096 */
  contextLength?: number;
  /** @default 4 */
  slots?: number;
  /** What it can. @default token ids as prompts, nothing else */
  can?: Partial<Engine['can']>;
  /** Likelihoods of continuations. @default it cannot score */
  score?: NonNullable<Engine['score']>;
  /** Vectors of texts. @default it cannot embed */
  embed?: NonNullable<Engine['embed']>;
  /** Tokens of a text. @default one a CJK character, one for four others */
  tokensOf?: (text: string) => number;
}

export interface FakeEngine extends Engine {
  /** Every request so far, in order of arrival. */
  readonly requests: readonly GenerateRequest[];
}

/**
 * An engine without weights: the same request gives the same parts. It keeps the whole contract (maxTokens, stop texts, abort,
 * context length), so what works on it works on a real one.
 *
 * @example
 * const model = createModel(fakeEngine({ reply: ({ prompt }) => `You said ${prompt}.` }));
 */
export function fakeEngine({ reply, contextLength = 4096, slots = 4, can = {}, score, embed, tokensOf = estimateTokens }: FakeEngineOptions): FakeEngine {
  const requests: GenerateRequest[] = [];
  return {
    name: 'fake',
    contextLength,
    slots,
    can: { json: [], choices: false, logprobs: false, embed: embed !== undefined, tokens: true, ...can },
    ...(score ? { score } : {}),
    ...(embed ? { embed } : {}),
    requests,
    async *stream(request) {
      requests.push(request);
      refuseAborted(request.signal);
      const inputTokens = countPrompt(request.prompt, tokensOf);
      if (inputTokens >= contextLength) {
        const message = `The prompt has ${inputTokens} tokens, the context of "fake" holds ${contextLength}; shorten the prompt.`;
        throw new TaskError('context_overflow', message, { details: { inputTokens, contextLength } });
      }
      const most = Math.min(request.maxTokens ?? Infinity, contextLength - inputTokens);
      const pieces = [...cutIntoPieces(reply(request))];
      const kept = endBeforeStop(pieces.slice(0, most), request.stop ?? []);
      const stopped = kept.join('').length < pieces.slice(0, most).join('').length;
      for (const text of kept) {
        // Lets other requests, aborts and readers have their turn between two tokens, as a real engine does.
        await Promise.resolve();
        refuseAborted(request.signal);
        if (text !== '') yield { type: 'text-delta', text };
      }
      const finishReason = !stopped && pieces.length > most ? 'length' : 'stop';
      yield { type: 'end', finishReason, usage: { inputTokens, outputTokens: kept.length, cachedTokens: 0, calls: 1 }, ...(request.outputIds ? { outputIds: kept.map((_, index) => index) } : {}) };
    },
    async countTokens(texts) {
      return { counts: texts.map(tokensOf), exact: true };
    },
    async dispose() {},
  };
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TaskError('aborted', 'The request was aborted.', { cause: signal.reason });
}

function countPrompt(prompt: string | Message[] | number[], tokensOf: (text: string) => number): number {
  if (typeof prompt === 'string') return tokensOf(prompt);
  return prompt.reduce<number>((sum, item) => sum + (typeof item === 'number' ? 1 : tokensOf(item.content)), 0);
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

function* cutIntoPieces(reply: string | Iterable<string>): Iterable<string> {
  if (typeof reply !== 'string') yield* reply;
  else for (const { segment } of words.segment(reply)) yield segment;
}

/** A stop text may be spread over several pieces. */
function endBeforeStop(pieces: string[], stop: string[]): string[] {
  const text = pieces.join('');
  const ends = stop.map((mark) => text.indexOf(mark)).filter((index) => index >= 0);
  if (ends.length === 0) return pieces;
  let left = Math.min(...ends);
  const kept: string[] = [];
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push(piece.slice(0, left));
    left -= piece.length;
  }
  return kept;
}

function estimateTokens(text: string): number {
  const wide = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/gu)?.length ?? 0;
  return wide + Math.ceil((text.length - wide) / 4);
}

import { TaskError } from '@glm-tasks/weights';
import type { GenerateRequest, Part, Scored, TokenLogprob } from '../../engine.ts';
import { describeToken, logSumExp } from '../onnx/logprobs.ts';
import { createSampler } from '../onnx/sampler.ts';
import { createTextStream } from '../onnx/text-stream.ts';
import type { LoadedModel } from './load-model.ts';
import { encodePrompt, encodeText } from './prompt-tokens.ts';
import type { Place, TokenLoop } from './token-loop.ts';

type Interrupted = () => boolean;

export interface Requests {
  generate(request: Omit<GenerateRequest, 'signal'>, interrupted: Interrupted): AsyncGenerator<Part>;
  score(prompt: GenerateRequest['prompt'], continuations: readonly string[], interrupted: Interrupted): Promise<Scored[]>;
}

/** What differs between models that go on with a prompt and models that rewrite it. */
export interface PromptReading {
  encode: (prompt: GenerateRequest['prompt']) => number[];
  /** Whether the prompt counts as written already, for the penalties on repetition. */
  promptIsWritten: boolean;
}

/** What one request means, token by token. */
export function createRequests(loaded: LoadedModel, loop: TokenLoop, reading?: PromptReading): Requests {
  const { encode: encodeInput, promptIsWritten } = reading ?? { encode: (prompt: GenerateRequest['prompt']) => encodePrompt(loaded.tokenizer, prompt), promptIsWritten: true };
  const { tokenizer, contextLength, eosTokenIds } = loaded;
  const show = (token: number): string => tokenizer.decode([token], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  const decode = (tokens: number[]): string => (tokens.length === 0 ? '' : tokenizer.decode(tokens, { skip_special_tokens: true, clean_up_tokenization_spaces: false }));

  function encode(input: GenerateRequest['prompt'], more: number): number[] {
    const prompt = encodeInput(input);
    if (prompt.length === 0) throw new TaskError('invalid_input', 'The prompt is empty: it holds no tokens.');
    const got = prompt.length + more;
    if (got < contextLength) return prompt;
    throw new TaskError('context_overflow', `The prompt has ${got} tokens and the context holds ${contextLength}, output included. Shorten it, or load the model with a larger contextLength.`, {
      details: { limit: contextLength, got },
    });
  }

  async function* generate(request: Omit<GenerateRequest, 'signal'>, interrupted: Interrupted): AsyncGenerator<Part> {
    const prompt = encode(request.prompt, 0);
    const text = createTextStream(decode, request.stop ?? []);
    const limit = Math.min(request.maxTokens ?? Infinity, contextLength - prompt.length);
    const sample = createSampler(request, promptIsWritten ? prompt : []);
    const logprobs: TokenLogprob[] = [];
    const outputIds: number[] = [];
    const start = await loop.prefill(prompt, interrupted);
    let place: Place = start;
    let finishReason: 'stop' | 'length' | undefined;
    while (finishReason === undefined) {
      refuse(interrupted);
      const raw = request.logprobs === undefined ? undefined : place.logits.slice();
      const token = sample(place.logits);
      outputIds.push(token);
      if (raw !== undefined) logprobs.push(describeToken(raw, token, request.logprobs!, show));
      const { text: delta, stopped } = eosTokenIds.includes(token) ? { text: '', stopped: true } : text.push(token);
      if (delta !== '') yield { type: 'text-delta', text: delta };
      if (stopped) finishReason = 'stop';
      else if (outputIds.length >= limit) finishReason = 'length';
      else place = await loop.advance(place, token);
    }
    const last = text.flush();
    if (last !== '') yield { type: 'text-delta', text: last };
    const usage = { inputTokens: prompt.length, outputTokens: outputIds.length, cachedTokens: start.cachedTokens, calls: 1 };
    yield { type: 'end', finishReason, usage, ...(logprobs.length > 0 ? { logprobs } : {}), ...(request.outputIds ? { outputIds } : {}) };
  }

  /** The likeliest of the texts. Length is not evened out: longer texts are less likely, as they are in constrained decoding. */
  async function* choose(request: Omit<GenerateRequest, 'signal'>, choices: readonly string[], interrupted: Interrupted): AsyncGenerator<Part> {
    const scores = await score(request.prompt, choices, interrupted);
    const best = scores.reduce((best, { logprob }, index) => (logprob > scores[best]!.logprob ? index : best), 0);
    if (choices[best] !== '') yield { type: 'text-delta', text: choices[best]! };
    const inputTokens = encode(request.prompt, 0).length;
    const ignored = (request.temperature ?? 0) > 0 || request.logprobs !== undefined;
    const warnings = ignored ? { warnings: ['This engine answers with the likeliest of the choices: temperature and logprobs are not used.'] } : {};
    yield { type: 'end', finishReason: 'stop', usage: { inputTokens, outputTokens: scores[best]!.tokens, cachedTokens: 0, calls: 1 }, ...warnings };
  }

  async function score(input: GenerateRequest['prompt'], continuations: readonly string[], interrupted: Interrupted): Promise<Scored[]> {
    const texts = continuations.map((text) => encodeText(tokenizer, text));
    const prompt = encode(input, Math.max(0, ...texts.map((tokens) => tokens.length)));
    const start = await loop.prefill(prompt, interrupted);
    const scores: Scored[] = [];
    for (const tokens of texts) {
      let place: Place = start;
      let logprob = 0;
      for (const [index, token] of tokens.entries()) {
        refuse(interrupted);
        if (index > 0) place = await loop.advance(place, tokens[index - 1]!);
        logprob += place.logits[token]! - logSumExp(place.logits);
      }
      scores.push({ logprob, tokens: tokens.length });
    }
    return scores;
  }

  return { generate: (request, interrupted) => (request.choices === undefined ? generate(request, interrupted) : choose(request, request.choices, interrupted)), score };
}

function refuse(interrupted: Interrupted): void {
  if (interrupted()) throw new TaskError('aborted', 'The request was aborted.');
}

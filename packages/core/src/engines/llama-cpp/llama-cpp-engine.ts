import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { isTaskError, TaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part, TokenLogprob } from '../../engine.ts';
import { createTextStream } from '../onnx/text-stream.ts';
import { chooseTokens } from './choose-tokens.ts';
import { createGrammars } from './grammars.ts';
import { openLlama, type Gpu } from './open-llama.ts';
import { prefill } from './prefill.ts';
import { createPromptEncoder } from './prompt-tokens.ts';
import { scoreContinuation } from './score-continuation.ts';
import { abortError, createSequencePool } from './sequence-pool.ts';

export interface LlamaCppOptions {
  /** Sequences that run side by side; each takes memory for `contextLength` tokens. @default 4 */
  slots?: number;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /**
   * Give fewer where the machine does other work: these threads wait for each other without sleeping, and one that has lost its
   * core makes a token take a hundred times as long. @default all cores this process may use
   */
  threads?: number;
  /** false keeps to the CPU. @default 'auto': the best of this machine */
  gpu?: Gpu;
  signal?: AbortSignal;
}

/**
 * Runs a GGUF file with llama.cpp, through the optional package node-llama-cpp: for GPUs, and for models or architectures our own
 * engine does not run. It lives in the caller's process, on threads of its own.
 *
 * @throws TaskError `engine_missing`, `model_not_found`, `invalid_model_file`, `insufficient_memory`, `invalid_input`, `aborted`
 *
 * @example
 * const model = createModel(await createLlamaCppEngine('qwen2.5-7b-instruct-q4_k_m.gguf', { gpu: 'cuda' }));
 */
export async function createLlamaCppEngine(file: string, options: LlamaCppOptions = {}): Promise<Engine> {
  const { slots = 4, threads = availableParallelism(), gpu = 'auto', contextLength: wished, signal } = options;
  const opened = await openLlama(file, { slots, threads, gpu, contextLength: wished, signal });
  const { model, context, contextLength } = opened;
  const encodePrompt = createPromptEncoder(model);
  const findGrammar = createGrammars(opened);
  const contextShift = { strategy: refuseShift };
  const pool = createSequencePool(Array.from({ length: slots }, () => context.getSequence({ contextShift })));
  let disposed = false;

  async function* generate(sequence: LlamaContextSequence, request: GenerateRequest, prompt: Token[]): AsyncGenerator<Part> {
    const { signal } = request;
    const grammar = await findGrammar(request);
    const { cachedTokens, rest } = await prefill(sequence, prompt, signal);
    const { tokens, warnings } = chooseTokens(opened, sequence, request, prompt, rest, grammar);
    // A JSON grammar has no end of its own that models keep to: it ends with line breaks, which are not part of the text.
    const stops = [...(request.stop ?? []), ...(grammar?.stopGenerationTriggers ?? []).map(String)];
    const text = createTextStream((ids) => model.detokenize(ids as Token[]), stops);
    const limit = Math.min(request.maxTokens ?? Infinity, contextLength - prompt.length);
    const logprobs: TokenLogprob[] = [];
    const outputIds: number[] = [];
    let finishReason: 'stop' | 'length' = 'length';
    for await (const { token, logprob } of tokens) {
      if (signal?.aborted) throw abortError(signal);
      outputIds.push(token);
      if (logprob !== undefined) logprobs.push(logprob);
      const ended = model.isEogToken(token);
      const { text: delta, stopped } = ended ? { text: '', stopped: true } : text.push(token);
      if (delta !== '') yield { type: 'text-delta', text: delta };
      if (stopped) finishReason = 'stop';
      if (stopped || outputIds.length >= limit) break;
    }
    const last = text.flush();
    if (last !== '') yield { type: 'text-delta', text: last };
    const usage = { inputTokens: prompt.length, outputTokens: outputIds.length, cachedTokens, calls: 1 };
    yield { type: 'end', finishReason, usage, ...(logprobs.length > 0 ? { logprobs } : {}), ...(request.outputIds ? { outputIds } : {}), ...(warnings.length > 0 ? { warnings } : {}) };
  }

  function refuseDisposed(): void {
    if (disposed) throw new TaskError('invalid_input', 'This engine was disposed; load the model again.');
  }

  function encode(prompt: GenerateRequest['prompt'], more = 0): Token[] {
    refuseDisposed();
    const tokens = encodePrompt(prompt);
    if (tokens.length === 0) throw new TaskError('invalid_input', 'The prompt is empty: it holds no tokens.');
    if (tokens.length + more >= contextLength) throw overflow(tokens.length + more, contextLength);
    return tokens;
  }

  /** Whatever fails inside llama.cpp leaves the sequence in doubt, so it starts empty the next time. */
  async function explain(error: unknown, sequence: LlamaContextSequence): Promise<TaskError> {
    if (isTaskError(error)) return error;
    if (disposed) return new TaskError('aborted', 'The engine was disposed while the request ran.', { cause: error });
    await sequence.clearHistory();
    const reason = error instanceof Error ? error.message : String(error);
    return new TaskError('engine_crashed', `llama.cpp failed: ${reason}`, { cause: error, retryable: true });
  }

  return {
    name: `llama-cpp:${model.fileInfo.metadata.general.name ?? model.architecture}`,
    contextLength,
    slots,
    can: { json: ['constrained'], choices: true, logprobs: true, embed: false, tokens: true },
    async *stream(request) {
      const prompt = encode(request.prompt);
      const sequence = await pool.take(prompt, request.signal);
      try {
        yield* generate(sequence, request, prompt);
      } catch (error) {
        throw await explain(error, sequence);
      } finally {
        pool.give(sequence);
      }
    },
    async countTokens(texts) {
      const counts: number[] = [];
      for (const text of texts) {
        refuseDisposed();
        counts.push(model.tokenize(text).length);
        // Tokenizing is synchronous; the caller's other work has its turn between two texts.
        await setImmediate();
      }
      return { counts, exact: true };
    },
    async score(prompt, continuations, { signal } = {}) {
      refuseDisposed();
      const texts = continuations.map((text) => model.tokenize(text));
      const tokens = encode(prompt, Math.max(0, ...texts.map((text) => text.length)));
      const sequence = await pool.take(tokens, signal);
      try {
        const scores = [];
        for (const text of texts) scores.push(await scoreContinuation(sequence, tokens, text, signal));
        return scores;
      } catch (error) {
        throw await explain(error, sequence);
      } finally {
        pool.give(sequence);
      }
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await context.dispose();
      await model.dispose();
    },
  };
}

function overflow(got: number, limit: number): TaskError {
  return new TaskError('context_overflow', `The prompt has ${got} tokens and the context holds ${limit}, output included. Shorten it, or load the model with a larger contextLength.`, {
    details: { limit, got },
  });
}

/** By default the bindings drop the beginning of a text that grows too long. No request may get here: all are measured first. */
function refuseShift(): never {
  throw new TaskError('context_overflow', 'The text outgrew the context. Shorten the prompt, or load the model with a larger contextLength.');
}

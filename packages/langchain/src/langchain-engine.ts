import { TaskError, createTextGate, estimatePrompt, estimateTokens, type Engine, type GenerateRequest, type Message, type Part } from '@glm-tasks/core';
import { chooseOptions } from './choose-options.ts';
import { checkChatModel, ownTokenCounter, type ChatModelSource, type ChatSampling, type ForeignChatModel } from './foreign-chat-model.ts';
import { mapFailure } from './map-failure.ts';
import { createChunkReader } from './read-chunks.ts';
import { createTokenLimit } from './token-limit.ts';

export interface LangChainEngineOptions {
  /** Tokens of prompt and output together. @default what the chat model's `profile` says, else 8192 */
  contextLength?: number;
  /** Requests that run side by side. @default 4 */
  slots?: number;
}

/** An engine over a chat model of LangChain: text in, text out. It is always streamed; objects are asked for by the prompt. */
export function createLangChainEngine(source: ChatModelSource, { contextLength, slots = 4 }: LangChainEngineOptions = {}): Engine {
  const made = new Map<string, ForeignChatModel>();
  const first = makeFor({ temperature: 0 });
  const name = `langchain:${first.getName?.() ?? 'chat model'}`;
  const context = contextLength ?? first.profile?.maxInputTokens ?? 8192;
  const countOwn = ownTokenCounter(first);

  function makeFor(sampling: ChatSampling): ForeignChatModel {
    if (typeof source !== 'function') return checkChatModel(source);
    const key = JSON.stringify(sampling);
    const chat = made.get(key) ?? checkChatModel(source(sampling));
    // A request's seed makes every one its own kind, and there is no end of them.
    if (made.size < 64) made.set(key, chat);
    return chat;
  }

  async function* stream(request: GenerateRequest): AsyncGenerator<Part> {
    const { signal, maxTokens } = request;
    refuseAborted(signal);
    const inputTokens = estimatePrompt(request.prompt);
    if (inputTokens > context) throw overflow(name, inputTokens, context);
    const sampling = readSampling(request);
    const chat = makeFor(sampling);
    const { options, keepsMaxTokens, warnings } = chooseOptions(chat, sampling, request);
    const gate = createTextGate(request.stop ?? []);
    const limit = createTokenLimit(keepsMaxTokens ? undefined : maxTokens);
    const chunks = createChunkReader(name);
    let text = '';
    let stopped = false;
    try {
      for await (const chunk of await chat.stream(toForeign(request.prompt), options)) {
        refuseAborted(signal);
        const safe = gate.push(limit.take(chunks.read(chunk)));
        text += safe.text;
        stopped = safe.stopped;
        if (safe.text !== '') yield { type: 'text-delta', text: safe.text };
        // Leaving the loop tells the chat model that nobody reads on.
        if (stopped || limit.reached) break;
      }
      // Some chat models end in silence when they are aborted.
      refuseAborted(signal);
      const rest = stopped ? '' : gate.flush();
      text += rest;
      if (rest !== '') yield { type: 'text-delta', text: rest };
      const { finishReason, usage, reasoning } = chunks.end();
      const wasCut = limit.reached && !stopped;
      if (wasCut) warnings.push('maxTokens was kept by an estimate of tokens, because the chat model takes no such option; give maxTokens to the chat model.');
      const estimated = { inputTokens, outputTokens: wasCut ? maxTokens! : estimateTokens(text), cachedTokens: 0, calls: 1 };
      yield {
        type: 'end',
        finishReason: wasCut ? 'length' : stopped ? 'stop' : finishReason,
        usage: usage ?? estimated,
        ...(reasoning === '' ? {} : { reasoning }),
        ...(warnings.length > 0 ? { warnings } : {}),
      };
    } catch (error) {
      throw mapFailure(error, name, signal);
    }
  }

  return {
    name,
    contextLength: context,
    slots,
    can: { json: [], choices: false, logprobs: false, embed: false, tokens: false },
    stream,
    async countTokens(texts) {
      if (!countOwn) return { counts: texts.map(estimateTokens), exact: false };
      return { counts: await Promise.all(texts.map((text) => (text === '' ? 0 : countOwn(text)))), exact: true };
    },
    async dispose() {},
  };
}

function readSampling({ temperature = 0, topP, topK, minP, repetitionPenalty, seed, maxTokens }: GenerateRequest): ChatSampling {
  const optional = Object.entries({ topP, topK, minP, repetitionPenalty, seed, maxTokens }).filter(([, value]) => value !== undefined);
  return { temperature, ...Object.fromEntries(optional) };
}

/** As what every version of LangChain makes messages of by itself. */
function toForeign(prompt: string | Message[] | number[]): Message[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : (prompt as Message[]);
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TaskError('aborted', 'The caller aborted the request.', { cause: signal.reason });
}

function overflow(name: string, inputTokens: number, contextLength: number): TaskError {
  const message = `The prompt has about ${inputTokens} tokens, the context of ${name} holds ${contextLength}; shorten the prompt, or give fromLangChain the true contextLength.`;
  return new TaskError('context_overflow', message, { details: { inputTokens, contextLength } });
}

import { TaskError, isTaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { buildRequest } from './build-request.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { longestWait, wait } from './limiter.ts';
import { listModels, modelNotFound, settleModel } from './list-models.ts';
import { providers, type Provider, type ProviderName } from './providers.ts';
import { readBody } from './read-body.ts';
import { readEvents } from './read-events.ts';
import { cleanBaseUrl, usualBaseUrl } from './read-name.ts';
import { readParts } from './read-parts.ts';
import { quote, replyFailure, type Asked } from './reply-failure.ts';
import { send, type Reply } from './send.ts';
import { openServer } from './server.ts';
import { createWatch, type Watch } from './watch.ts';

export interface OpenAiEngineOptions {
  provider: ProviderName;
  /** @default the server's only model */
  model?: string | undefined;
  /** @default the provider's, or that of its environment variable */
  baseUrl?: string;
  /** @default that of the provider's environment variable */
  apiKey?: string;
  /** Tokens of prompt and output together. @default what the server says, else what is safe for the provider */
  contextLength?: number;
  /** Requests that run side by side. @default by provider: 8 for OpenAI, 1 for Ollama */
  slots?: number;
  /** Milliseconds until the first token: a server on a CPU may read a long prompt for minutes. @default 300000 */
  firstTokenTimeout?: number;
  /** Milliseconds between two tokens. @default 60000 */
  idleTimeout?: number;
  /** Milliseconds the first retry waits at most; the second waits twice as long. @default 1000 */
  retryDelay?: number;
  signal?: AbortSignal;
}

const mostTries = 3;
/** One for each field of ours that a strict server may not know. */
const mostAdaptations = 6;

/**
 * A model on a server that speaks OpenAI's chat completions, or Ollama's own form of them. Always streams.
 *
 * A request is tried three times at most, and never again once a token has come. Engines with one address and key share connections and a
 * limiter: told to slow down, all of them pause.
 *
 * @throws TaskError `invalid_input` without a key where one is needed; `model_not_found` and `upstream_failed` where a server that is
 *   asked for its models (vLLM, llama-server, a bare URL, or no model named) is not there or has not got the model
 *
 * @example
 * const name = parseRemoteName('zhipu:glm-4.7-flash');
 * await using model = createModel(await createOpenAiEngine(name));
 */
export async function createOpenAiEngine(options: OpenAiEngineOptions): Promise<Engine> {
  const provider: Provider = providers[options.provider];
  const baseUrl = options.baseUrl === undefined ? usualBaseUrl(options.provider) : cleanBaseUrl(options.baseUrl, options.provider, 'baseUrl');
  const { slots = provider.slots, firstTokenTimeout = 300_000, idleTimeout = 60_000, retryDelay = 1000 } = options;
  const server = openServer({ provider, baseUrl, apiKey: options.apiKey, slots });
  const settled = await settleModel(server, options.model, options.signal).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const model = settled.id;
  const contextLength = options.contextLength ?? settled.contextLength ?? provider.contextLength;
  const refused = new Map<string, string | undefined>();

  async function* stream(request: GenerateRequest): AsyncGenerator<Part> {
    let adaptations = 0;
    for (let tries = 1; ; ) {
      const leave = await server.limiter.enter(request.signal);
      const watch = createWatch(server.shown, { firstTokenTimeout, idleTimeout }, request.signal);
      let pause = 0;
      try {
        yield* exchange(request, watch);
        server.limiter.report(true);
        return;
      } catch (error) {
        if (!watch.started && adapts(error) && adaptations++ < mostAdaptations) continue;
        const again = waitBefore(error, tries++, watch.started);
        if (again === undefined) {
          if (!request.signal?.aborted) server.limiter.report(watch.started || !leftUnanswered(error));
          throw await nameModels(error);
        }
        pause = again;
      } finally {
        watch.close();
        leave();
      }
      await wait(pause, request.signal);
    }
  }

  async function* exchange(request: GenerateRequest, watch: Watch): AsyncGenerator<Part> {
    const { path, body, warnings } = buildRequest({ provider, model, contextLength, refused }, request);
    const asked: Asked = { server, model, body, ...(request.json ? { json: request.json } : {}) };
    const reply = await watch.wait(send(server, { path, body, signal: watch.signal }));
    let rest: 'short' | 'any' = 'any';
    try {
      checkEncoding(reply);
      if (reply.status < 200 || reply.status > 299) {
        watch.hurry(5000);
        throw replyFailure(reply.status, reply.headers, await readBody(watch.chunks(reply.chunks)), asked);
      }
      const events = readEvents(watch.chunks(reply.chunks), provider.wire === 'ollama' ? 'lines' : 'document', strange);
      rest = yield* readParts(events, { request, asked, warnings, contextLength }, watch);
    } finally {
      reply.discard(rest);
    }
  }

  /** Learns from a refusal which fields this server does not take; the answer is whether that makes another request worthwhile. */
  function adapts(error: unknown): boolean {
    const field = isTaskError(error) ? error.details['refusedField'] : undefined;
    if (typeof field !== 'string' || refused.has(field)) return false;
    const other = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' }[field];
    if (other !== undefined && refused.has(other)) return false;
    refused.set(field, other);
    return true;
  }

  /** Milliseconds until another try; undefined where there is to be none. */
  function waitBefore(error: unknown, tries: number, started: boolean): number | undefined {
    if (!isTaskError(error)) return undefined;
    const told = typeof error.details['retryAfter'] === 'number' ? error.details['retryAfter'] : undefined;
    const backoff = Math.random() * Math.min(longestWait, retryDelay * 2 ** (tries - 1));
    if (error.code === 'overloaded') server.limiter.pause(told ?? backoff);
    // After a timeout the server may still be at work; asking again would only add to it.
    if (started || !error.retryable || error.code === 'timeout' || tries >= mostTries) return undefined;
    if ((told ?? 0) > longestWait || !server.limiter.takeRetry()) return undefined;
    return error.code === 'overloaded' ? 0 : (told ?? backoff);
  }

  /** Nothing came, or nothing but the news that the server is in trouble. */
  const leftUnanswered = (error: unknown): boolean => isTaskError(error) && (error.code === 'timeout' || (error.code === 'upstream_failed' && error.retryable));

  async function nameModels(error: unknown): Promise<unknown> {
    if (!isTaskError(error) || error.code !== 'model_not_found') return error;
    try {
      const listed = await listModels(server);
      return listed.length === 0 ? error : modelNotFound(server, model, listed);
    } catch {
      return error; // the first error is the one that counts
    }
  }

  function strange(what: string, options?: { retryable: boolean }): TaskError {
    const message = `${server.shown} does not answer as an OpenAI-compatible server: ${quote(server, what)}. Check the base URL, and what stands between.`;
    return new TaskError('upstream_failed', message, options);
  }

  function checkEncoding({ headers }: Reply): void {
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity' || encoding === '') return;
    throw strange(`an answer came compressed with ${encoding}, which was not asked for`);
  }

  return {
    name: `${options.provider}:${model}`,
    contextLength,
    slots,
    can: { json: provider.json.rungs, choices: provider.choices !== undefined, logprobs: provider.logprobs > 0, embed: false, tokens: false },
    stream,
    async countTokens(texts) {
      return { counts: texts.map(estimateTokens), exact: false };
    },
    dispose: () => server.close(),
  };
}

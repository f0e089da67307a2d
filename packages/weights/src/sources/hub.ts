import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { FileSource } from '../catalog.ts';
import { TaskError } from '../errors.ts';
import { checkReply, type Expectation } from './check-reply.ts';
import { getUrl, showUrl, type Reply } from './http.ts';
import { versionChanged, type ReadRequest, type Source } from './source.ts';
import { watchForStall } from './stall.ts';
import { skipBytes } from './wheel.ts';

export interface Hub {
  source(file: FileSource & { kind: 'hub' }): Source;
  /** What the Hub says of a repository: https://huggingface.co/docs/hub/api */
  describe(repository: string, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

const triesWithoutProgress = 3;
const progressWorthATry = 1 << 18;
const longestPauseMs = 10_000;
const mostListingBytes = 16 << 20;
// Nothing answers there: another try in a second changes nothing.
const unreachable = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** The Hub, or the mirror that `HF_ENDPOINT` names; through the proxy that the environment names. */
export function openHub(environment: NodeJS.ProcessEnv, stallMs = 30_000): Hub {
  let agent: Dispatcher | undefined;
  const endpoint = environment['HF_ENDPOINT'] || 'https://huggingface.co';
  const connect = async (): Promise<Connection> => ({ agent: (agent ??= await proxyAgent(environment)), stallMs, token: environment['HF_TOKEN'] });
  return {
    source: ({ repository, revision, path }) => ({
      name: `${endpoint.replace(/\/+$/, '')}/${repository}`,
      read: async function* (request) {
        yield* readUrl(hubUrl(endpoint, `${repository}/resolve/${revision}/${path}`), request, await connect());
      },
    }),
    async describe(repository, signal) {
      const url = hubUrl(endpoint, `api/models/${repository}/revision/main?blobs=true`);
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of readUrl(url, { file: { name: repository, sources: [] }, from: 0, signal }, await connect())) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > mostListingBytes) throw new TaskError('upstream_failed', `${showUrl(url)} sent a list of more than ${mostListingBytes} bytes.`);
      }
      try {
        return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
      } catch (cause) {
        throw new TaskError('upstream_failed', `${showUrl(url)} sent something that is not JSON.`, { cause });
      }
    },
    close: async () => agent?.destroy(),
  };
}

/** `HF_HUB_OFFLINE` as the Hub's own client reads it. */
export function hubIsOffline(environment: NodeJS.ProcessEnv): boolean {
  return /^(1|true|yes|on)$/i.test(environment['HF_HUB_OFFLINE'] ?? '');
}

interface Connection {
  agent: Dispatcher;
  stallMs: number;
  token: string | undefined;
}

/** Reads on after a broken connection, as long as that brings progress. */
async function* readUrl(url: URL, request: ReadRequest, connection: Connection): AsyncGenerator<Uint8Array> {
  const expected: Expectation = { bytes: request.file.bytes, sha256: request.file.sha256, etag: undefined };
  let position = request.from;
  let tries = 0;
  let triedAt = position;
  while (expected.bytes === undefined || position < expected.bytes) {
    if (position - triedAt >= progressWorthATry) tries = 0;
    triedAt = position;
    try {
      for await (const chunk of readOnce(url, { ...request, from: position }, connection, expected)) {
        position += chunk.length;
        yield chunk;
      }
      if (expected.bytes === undefined) return;
      if (position < expected.bytes) throw new TaskError('upstream_failed', `the connection ended at byte ${position} of ${expected.bytes}`, { retryable: true });
    } catch (error) {
      request.signal.throwIfAborted();
      const failure = explain(error, url);
      tries++;
      if (!failure.retryable || tries >= triesWithoutProgress) throw failure;
      // Without a hash to be right or wrong in the end, only a strong ETag proves that both halves are of one version.
      if (position > 0 && expected.sha256 === undefined && expected.etag === undefined) throw versionChanged(failure.message);
      await sleep(pause(tries, failure), undefined, { signal: request.signal });
    }
  }
}

async function* readOnce(url: URL, { from, signal }: ReadRequest, { agent, stallMs, token }: Connection, expected: Expectation): AsyncGenerator<Uint8Array> {
  const stall = watchForStall(stallMs, showUrl(url));
  let reply: Reply | undefined;
  try {
    reply = await getUrl(url, {
      headers: {
        'user-agent': 'glm-tasks',
        'accept-encoding': 'identity', // ranges and lengths must mean the file's own bytes
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(from > 0 ? { range: `bytes=${from}-` } : {}),
        ...(from > 0 && expected.etag !== undefined ? { 'if-range': expected.etag } : {}),
      },
      dispatcher: agent,
      signal: AbortSignal.any([signal, stall.signal]),
      headersTimeout: stallMs,
    });
    const { body, skip } = await checkReply(reply, { url, from, expected });
    for await (const chunk of skipBytes(body, skip)) {
      stall.progress(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw stall.signal.aborted ? stall.signal.reason : error;
  } finally {
    stall.stop();
    reply?.discard();
  }
}

function explain(error: unknown, url: URL): TaskError {
  if (error instanceof TaskError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && unreachable.has(code)) {
    return new TaskError('upstream_failed', `${url.host} cannot be reached (${code}). If the Hub is blocked where you are, set HF_ENDPOINT to a mirror or HTTPS_PROXY to a proxy.`, { cause: error });
  }
  return new TaskError('upstream_failed', `${showUrl(url)}: ${message}${code === undefined ? '' : ` (${code})`}`, { retryable: true, cause: error });
}

function pause(tries: number, failure: TaskError): number {
  const asked = failure.details['retryAfterSeconds'];
  if (typeof asked === 'number') return Math.min(asked * 1000, longestPauseMs);
  return 250 * 2 ** tries * (0.5 + Math.random() / 2);
}

function hubUrl(endpoint: string, path: string): URL {
  const base = `${endpoint.replace(/\/+$/, '')}/`;
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base)) {
    throw new TaskError('upstream_failed', `HF_ENDPOINT is "${endpoint}", which is no http or https address.`);
  }
  return new URL(path, base);
}

async function proxyAgent(environment: NodeJS.ProcessEnv): Promise<Dispatcher> {
  // Late: whoever has the weights already need not load an HTTP client, which takes as long as all else here.
  const { EnvHttpProxyAgent } = await import('undici');
  const of = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
  return new EnvHttpProxyAgent({
    httpProxy: of('http_proxy'),
    httpsProxy: of('https_proxy'),
    noProxy: of('no_proxy'),
    connect: { timeout: 10_000 },
  });
}


import { request } from 'undici';
import { networkFailure } from './network-failure.ts';
import type { Server } from './server.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  chunks: AsyncIterable<Uint8Array>;
  /** Forgets the rest of the body: a short rest is read so that the connection can be used again, a long one is cut off. */
  discard(rest: 'short' | 'any'): void;
}

const restWorthReading = 1 << 16;

/** One exchange. What fails before the body is a TaskError; so is what fails while `chunks` are read. */
export async function send(server: Server, { path, body, signal }: { path: string; body?: unknown; signal: AbortSignal }): Promise<Reply> {
  const url = new URL(server.baseUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  try {
    const reply = await request(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...server.headers, ...(body === undefined ? { accept: 'application/json' } : { accept: 'text/event-stream', 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      dispatcher: server.dispatcher,
      signal,
      // The engine keeps its own time, which knows tokens from pings.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    reply.body.on('error', () => undefined); // whoever reads hears of it; a body nobody reads any more must not end the process
    return {
      status: reply.statusCode,
      headers: Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value])),
      chunks: readChunks(server, reply.body.iterator({ destroyOnReturn: false }), signal),
      discard(rest) {
        if (rest === 'any') reply.body.destroy();
        else reply.body.dump({ limit: restWorthReading, signal: AbortSignal.timeout(1000) }).catch(() => reply.body.destroy());
      },
    };
  } catch (error) {
    throw networkFailure(error, server, signal);
  }
}

async function* readChunks(server: Server, body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw networkFailure(error, server, signal);
  }
}

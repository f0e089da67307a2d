import type { Dispatcher } from 'undici';
import { TaskError } from '../errors.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  body: AsyncIterable<Uint8Array>;
  /** Forgets what is left of the body. */
  discard(): void;
}

const mostHops = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * GET with redirects followed by our own rules: at most five hops, never from https to http, and the
 * `authorization` header goes to no other origin than the first.
 */
export async function getUrl(
  url: URL,
  { headers, dispatcher, signal, headersTimeout }: { headers: Record<string, string>; dispatcher: Dispatcher; signal: AbortSignal; headersTimeout: number },
): Promise<Reply> {
  const { request } = await import('undici');
  let at = url;
  let sent = headers;
  let linked: Record<string, string | undefined> = {};
  for (let hop = 0; hop <= mostHops; hop++) {
    const { statusCode, headers: received, body } = await request(at, { headers: sent, dispatcher, signal, headersTimeout, bodyTimeout: 0 });
    const flat = { ...linked, ...flatten(received) };
    body.on('error', () => undefined); // whoever reads hears of it; a body nobody reads any more must not end the process
    if (!redirects.has(statusCode)) return { status: statusCode, headers: flat, body, discard: () => void body.destroy() };
    body.destroy();
    const next = nextHop(at, flat['location']);
    if (next.origin !== at.origin) sent = withoutAuthorization(sent);
    // The Hub says size and hash of a large file on the redirect to where it lies.
    linked = { 'x-linked-etag': flat['x-linked-etag'], 'x-linked-size': flat['x-linked-size'] };
    at = next;
  }
  throw new TaskError('upstream_failed', `${showUrl(url)} redirects more than ${mostHops} times.`);
}

/** Without query and fragment: signed links carry their secrets there. */
export function showUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function nextHop(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new TaskError('upstream_failed', `${showUrl(from)} redirects to nowhere.`);
  }
  const next = new URL(location, from);
  const allowed = next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:');
  if (!allowed) throw new TaskError('upstream_failed', `${showUrl(from)} redirects from https to ${showUrl(next)}; this was not followed.`);
  return next;
}

function withoutAuthorization(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

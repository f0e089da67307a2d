import { TaskError } from '../errors.ts';
import { showUrl, type Reply } from './http.ts';
import { versionChanged } from './source.ts';

/** What is known of the file; the first good reply fills in what nobody had pinned. */
export interface Expectation {
  bytes: number | undefined;
  readonly sha256: string | undefined;
  etag: string | undefined;
}

interface Asked {
  url: URL;
  from: number;
  expected: Expectation;
}

/**
 * Decides whether a reply holds the wanted bytes. Captive portals, login pages, Git LFS pointers and
 * compressed bodies all come with status 200.
 *
 * @returns the body, and how many of its bytes lie before the wanted offset
 */
export async function checkReply(reply: Reply, asked: Asked): Promise<{ body: AsyncIterable<Uint8Array>; skip: number }> {
  const { url, from, expected } = asked;
  if (reply.status !== 200 && reply.status !== 206) throw statusFailure(reply, asked);
  if (!['', 'identity'].includes(reply.headers['content-encoding'] ?? '')) {
    throw wrong(`${showUrl(url)} sent a body compressed with ${reply.headers['content-encoding']}, which was not asked for.`);
  }
  const body = await peek(reply.body);
  const page = foreignBody(reply.headers['content-type'], body.first);
  if (page !== undefined && from === 0) throw wrong(`${showUrl(url)} sent ${page} instead of the file.`);
  const etag = strongEtag(reply.headers['etag']);
  if (from > 0 && expected.etag !== undefined && etag !== expected.etag) throw versionChanged(`The file at ${showUrl(url)} changed during the download.`);
  const linked = reply.headers['x-linked-etag']?.replaceAll('"', '');
  if (expected.sha256 !== undefined && linked !== undefined && /^[0-9a-f]{64}$/.test(linked) && linked !== expected.sha256) {
    throw wrong(`${showUrl(url)} holds another version: SHA-256 ${linked} where ${expected.sha256} is expected.`);
  }
  const start = reply.status === 206 ? rangeStart(reply, asked) : 0;
  checkTotal(totalOf(reply, start), asked);
  expected.etag ??= etag;
  return { body: body.all, skip: from - start };
}

function statusFailure(reply: Reply, { url, from }: Asked): TaskError {
  const { status } = reply;
  if (status === 416 && from > 0) return versionChanged(`${showUrl(url)} has no byte ${from} (status 416): the file there is another one.`);
  if (status === 401 || status === 403) {
    return new TaskError('upstream_failed', `${showUrl(url)} is not open to us (status ${status}). For a gated model accept its terms and set HF_TOKEN.`, { details: { status } });
  }
  const retryAfter = Number(reply.headers['retry-after']);
  const retryable = status === 408 || status === 429 || status >= 500;
  return new TaskError('upstream_failed', `${showUrl(url)} answered with status ${status}.`, {
    retryable,
    details: { status, ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}) },
  });
}

function rangeStart(reply: Reply, { url, from }: Asked): number {
  const start = Number(/^bytes (\d+)-/.exec(reply.headers['content-range'] ?? '')?.[1] ?? Number.NaN);
  if (start === from) return start;
  throw wrong(`${showUrl(url)} sent the range "${reply.headers['content-range']}" where bytes from ${from} on were asked for.`);
}

function totalOf(reply: Reply, start: number): number | undefined {
  const ofRange = /\/(\d+)$/.exec(reply.headers['content-range'] ?? '')?.[1];
  if (reply.status === 206) return ofRange === undefined ? undefined : Number(ofRange);
  const length = reply.headers['content-length'];
  return length === undefined ? undefined : start + Number(length);
}

function checkTotal(total: number | undefined, { url, expected }: Asked): void {
  if (total === undefined) return;
  expected.bytes ??= total;
  if (total !== expected.bytes) throw wrong(`${showUrl(url)} has ${total} bytes where ${expected.bytes} are expected.`);
}

function foreignBody(contentType: string | undefined, first: Uint8Array): string | undefined {
  const start = Buffer.from(first.subarray(0, 64)).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('version https://git-lfs')) return 'a Git LFS pointer';
  if (/^<(!doctype|html|\?xml)/.test(start) || /\b(html|xml)\b/.test(contentType ?? '')) return 'a web page (a login, or the portal of your network?)';
  return undefined;
}

async function peek(body: AsyncIterable<Uint8Array>): Promise<{ first: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = body[Symbol.asyncIterator]();
  const { value, done } = await iterator.next();
  const first: Uint8Array = done ? new Uint8Array() : value;
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield first;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}

function strongEtag(etag: string | undefined): string | undefined {
  return etag?.startsWith('"') ? etag : undefined;
}

function wrong(message: string): TaskError {
  // Not `integrity_failed`: bytes that came before are not in doubt.
  return new TaskError('upstream_failed', message);
}

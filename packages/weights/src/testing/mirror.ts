import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. `after`: so many bytes of the body are sent first. */
export type Fault =
  | { kind: 'web page' | 'lfs pointer' | 'gzip' | 'no range' | 'not satisfiable' | 'new version' | 'flipped bit' | 'wrong range' | 'no length' }
  | { kind: 'wrong length'; bytes: number }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'redirect'; to: string }
  | { kind: 'reset' | 'stall' | 'end'; after: number }
  | { kind: 'slow'; bytesPerTick: number };

export interface Mirror {
  endpoint: string;
  requests: { url: string; range?: string; ifRange?: string; authorization?: string }[];
  /** Bytes of bodies handed to the network. */
  sent(): number;
  close(): Promise<void>;
}

/**
 * A file server on this machine that misbehaves on script: the n-th request meets the n-th fault, `always` all others.
 *
 * @param body what is at every address, or what is at each
 */
export async function openMirror(body: Buffer | ((url: string) => Buffer | undefined), { script = [], always }: { script?: (Fault | undefined)[]; always?: Fault } = {}): Promise<Mirror> {
  const requests: Mirror['requests'] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const fault = requests.length < script.length ? script[requests.length] : always;
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range'];
    requests.push({ url: request.url ?? '', ...(range ? { range } : {}), ...(authorization ? { authorization } : {}), ...(typeof ifRange === 'string' ? { ifRange } : {}) });
    response.on('error', () => undefined);
    const found = typeof body === 'function' ? body(request.url ?? '') : body;
    void answer(request, response, found ?? Buffer.alloc(0), found === undefined ? { kind: 'status', status: 404 } : fault, (bytes) => (sent += bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sent: () => sent,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, whole: Buffer, fault: Fault | undefined, count: (bytes: number) => void): Promise<void> {
  const text = (status: number, type: string, content: string | Buffer, headers: Record<string, string> = {}) =>
    void response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(content), ...headers }).end(content);
  if (fault?.kind === 'web page') return text(200, 'text/html', '<!DOCTYPE html><title>Log in</title>');
  if (fault?.kind === 'lfs pointer') return text(200, 'text/plain', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n');
  if (fault?.kind === 'gzip') return text(200, 'application/octet-stream', whole, { 'content-encoding': 'gzip' });
  if (fault?.kind === 'not satisfiable') return text(416, 'text/plain', '');
  if (fault?.kind === 'status') return text(fault.status, 'text/plain', 'no', fault.headers);
  if (fault?.kind === 'redirect') return text(302, 'text/plain', '', { location: fault.to });
  if (fault?.kind === 'wrong length') return text(200, 'application/octet-stream', whole.subarray(0, fault.bytes));
  const body = fault?.kind === 'flipped bit' ? flipBit(whole) : whole;
  const etag = fault?.kind === 'new version' ? '"second"' : '"first"';
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const ifRange = request.headers['if-range'];
  const from = fault?.kind === 'no range' || (ifRange !== undefined && ifRange !== etag) ? 0 : asked;
  const claimed = fault?.kind === 'wrong range' ? from + 1 : from;
  response.writeHead(from > 0 ? 206 : 200, {
    'content-type': 'application/octet-stream',
    etag,
    ...(fault?.kind === 'no length' ? {} : { 'content-length': String(body.length - from) }),
    ...(from > 0 ? { 'content-range': `bytes ${claimed}-${body.length - 1}/${body.length}` } : {}),
  });
  await send(response, body.subarray(from), fault, count);
}

const step = 1 << 16;

async function send(response: ServerResponse, body: Buffer, fault: Fault | undefined, count: (bytes: number) => void): Promise<void> {
  const size = fault?.kind === 'slow' ? fault.bytesPerTick : step;
  const stop = fault !== undefined && 'after' in fault ? Math.min(fault.after, body.length) : body.length;
  for (let at = 0; at < stop && !response.destroyed; at += size) {
    const chunk = body.subarray(at, Math.min(at + size, stop));
    count(chunk.length);
    await new Promise((resolve) => response.write(chunk, resolve));
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset' || fault?.kind === 'end') response.destroy();
  else response.end();
}

function flipBit(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const middle = copy.length >> 1;
  copy[middle] = copy[middle]! ^ 1;
  return copy;
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asking {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
  /** Settles when the connection of the request is gone. */
  closed: Promise<void>;
}

/** Writes one reply. */
export type Script = (response: ServerResponse, asking: Asking) => void | Promise<void>;

export interface ScriptServer {
  url: string;
  askings: Asking[];
  close(): Promise<void>;
}

/** A server on this machine that answers as it is told. */
export async function startScriptServer(script: Script): Promise<ScriptServer> {
  const askings: Asking[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const asking = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      closed: new Promise<void>((resolve) => response.once('close', resolve)),
    };
    askings.push(asking);
    await script(response, asking);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    askings,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Script =>
  (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/event-stream' : 'application/json', ...headers }).end(text);
  };

/** One script after another, the last one again and again. */
export function inTurn(...scripts: Script[]): Script {
  let turn = 0;
  return (response, asking) => scripts[Math.min(turn++, scripts.length - 1)]!(response, asking);
}

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TaskError, type LoadProgress } from '@glm-tasks/weights';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { Failure, FromProcess, Ready, Reply, ToProcess, Work } from './protocol.ts';

export interface ModelProcess {
  readonly id: number | undefined;
  readonly ready: Ready;
  /** Sends a message and yields what comes back for it. */
  exchange(message: (id: number) => Work, signal?: AbortSignal): AsyncGenerator<Exclude<Reply, { type: 'failed' }>>;
  end(): Promise<void>;
}

export interface OpenOptions<Options> {
  /** A file that answers by the protocol; most do so with `serveModel`. */
  entry: URL;
  /** What it loads. */
  options: Options;
  /** Variables of its environment beside our own. */
  environment?: NodeJS.ProcessEnv;
  /** What makes it need less memory, for people. */
  relief?: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** The process has ended by itself. */
  onGone: () => void;
}

export async function openProcess<Options>({ entry, options, environment, relief = 'use a shorter contextLength or smaller weights', signal, onProgress, onGone }: OpenOptions<Options>): Promise<ModelProcess> {
  refuseAborted(signal);
  // Advanced: vectors cross as they are, not as JSON.
  const child = fork(fileURLToPath(entry), [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [], serialization: 'advanced', env: { ...process.env, ...environment } });
  const pending = new Map<number, Mailbox<Reply>>();
  const complaints = readTail(child);
  const kill = (): void => void child.kill('SIGKILL');
  let lastId = 0;

  /** Node stays alive for requests under way and for nothing else. */
  function holdOpen(): void {
    const change = pending.size > 0 ? 'ref' : 'unref';
    child[change]();
    child.channel?.[change]();
  }

  function post(message: ToProcess<Options>): void {
    // A process that has just died is reported by its `exit` event, which fails every request under way.
    if (child.connected) child.send(message, () => {});
  }

  const whenReady = new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: FromProcess) => {
      if (message.type === 'ready') resolve(message.ready);
      else if (message.type === 'unloadable') reject(toError(message.failure));
      else if (message.type === 'progress') onProgress?.(message.progress);
      else for (const [id, reply] of message.replies) pending.get(id)?.put(reply);
    });
    child.on('error', (cause) => reject(new TaskError('engine_crashed', `The engine process could not be started: ${cause.message}`, { cause })));
    child.on('exit', (code, killedBy) => {
      onGone();
      const error = signal?.aborted ? abortError(signal) : crashError(code, killedBy, { output: complaints(), relief });
      reject(error);
      for (const mailbox of pending.values()) mailbox.fail(error);
    });
  });

  signal?.addEventListener('abort', kill, { once: true });
  try {
    post({ type: 'load', options });
    const ready = await whenReady;
    holdOpen();
    return { id: child.pid, ready, exchange, end };
  } catch (error) {
    kill();
    throw error;
  } finally {
    signal?.removeEventListener('abort', kill);
  }

  async function* exchange(message: (id: number) => Work, signal?: AbortSignal): AsyncGenerator<Exclude<Reply, { type: 'failed' }>> {
    refuseAborted(signal);
    const id = ++lastId;
    const mailbox = createMailbox<Reply>();
    const stop = (): void => mailbox.fail(abortError(signal));
    let ended = false;
    pending.set(id, mailbox);
    holdOpen();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      post(message(id));
      for await (const reply of mailbox) {
        ended = reply.type !== 'text-delta';
        if (reply.type === 'failed') throw toError(reply.failure);
        yield reply;
        if (ended) return;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      pending.delete(id);
      if (!ended) post({ type: 'abort', id });
      holdOpen();
    }
  }

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.ref();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  }
}

function readTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr!.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-2000)));
  (child.stderr as unknown as { unref?(): void }).unref?.();
  return () => tail.trim();
}

function crashError(code: number | null, killedBy: string | null, { output, relief }: { output: string; relief: string }): TaskError {
  const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
  const memory = killedBy === 'SIGKILL' || output.includes('memory') ? ` It may have run out of memory: ${relief}.` : '';
  return new TaskError('engine_crashed', `The engine process ended unexpectedly (${how}).${memory} The next call starts a fresh one.`, { retryable: true, details: { code, signal: killedBy, output } });
}

function toError({ code, message, details }: Failure): TaskError {
  return new TaskError(code, message, { details, retryable: code === 'engine_crashed' || code === 'download_failed' });
}

export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

function abortError(signal: AbortSignal | undefined): TaskError {
  return new TaskError('aborted', 'The request was aborted.', { cause: signal?.reason });
}

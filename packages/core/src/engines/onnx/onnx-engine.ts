import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { TaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { EngineOptions, Failure, FromEngine, ToEngine } from './protocol.ts';

export interface OnnxEngineOptions {
  /** Sequences that run side by side. @default 8, fewer when memory is short */
  slots?: number;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /** @default all cores this process may use */
  threads?: number;
  /** Bytes the engine may plan with. @default 85 % of the memory free at loading */
  memoryBudget?: number;
  signal?: AbortSignal;
}

/** An engine and the process it lives in; the id changes when a crashed process has been replaced. */
export interface OnnxEngine extends Engine {
  readonly processId: number | undefined;
}

type Reply = Part | Extract<FromEngine, { type: 'counts' | 'scores' | 'failed' }>;
type Ready = Extract<FromEngine, { type: 'ready' }>;

interface Connection {
  child: ChildProcess;
  ready: Ready;
  pending: Map<number, Mailbox<Reply>>;
}

// Weights in large memory pages make a token about a tenth cheaper; the fixed threshold keeps memory and loading time
// down (docs/decisions/005-large-pages.md). glibc reads this when a process starts; other C libraries ignore it.
const TUNABLES = [process.env['GLIBC_TUNABLES'], 'glibc.malloc.hugetlb=1', 'glibc.malloc.mmap_threshold=33554432'].filter(Boolean).join(':');

const ENTRY = fileURLToPath(new URL('./engine-process.js', import.meta.url));

/**
 * Runs a converted model on ONNX Runtime in a process of its own. A crash there fails the requests under way with
 * `engine_crashed`; the next request gets a fresh process. An idle engine does not keep Node alive.
 *
 * @param folder a folder made by the converter
 * @throws TaskError `model_not_found`, `invalid_model_file`, `insufficient_memory`, `engine_crashed`
 */
export async function createOnnxEngine(folder: string, options: OnnxEngineOptions = {}): Promise<OnnxEngine> {
  const engineOptions: EngineOptions = {
    folder,
    threads: options.threads ?? availableParallelism(),
    slots: options.slots,
    contextLength: options.contextLength,
    memoryBudget: options.memoryBudget,
  };
  let lastId = 0;
  let disposed = false;
  let current: Promise<Connection> | undefined;
  let processId: number | undefined;

  function connect(signal?: AbortSignal): Promise<Connection> {
    if (disposed) throw new TaskError('invalid_input', 'This engine was disposed; load the model again.');
    if (current === undefined) {
      const opening = openConnection(engineOptions, signal, () => {
        if (current === opening) current = undefined;
      });
      current = opening;
      opening.then(
        (connection) => (processId = connection.child.pid),
        () => {
          if (current === opening) current = undefined;
        },
      );
    }
    return current;
  }

  async function* exchange(message: (id: number) => ToEngine, signal?: AbortSignal): AsyncGenerator<Reply> {
    throwIfAborted(signal);
    const connection = await connect();
    throwIfAborted(signal);
    const id = ++lastId;
    const mailbox = createMailbox<Reply>();
    const stop = (): void => mailbox.fail(abortError(signal));
    let ended = false;
    connection.pending.set(id, mailbox);
    holdOpen(connection);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      post(connection, message(id));
      for await (const reply of mailbox) {
        ended = reply.type !== 'text-delta';
        if (reply.type === 'failed') throw toError(reply.failure);
        yield reply;
        if (ended) return;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      connection.pending.delete(id);
      if (!ended) post(connection, { type: 'abort', id });
      holdOpen(connection);
    }
  }

  const first = await connect(options.signal);

  return {
    name: `onnx:${first.ready.name}`,
    contextLength: first.ready.contextLength,
    slots: first.ready.slots,
    can: { json: ['constrained'], choices: true, logprobs: true, avoid: true, embed: false, tokens: true },
    get processId() {
      return processId;
    },
    async *stream({ signal, ...request }: GenerateRequest): AsyncGenerator<Part> {
      for await (const reply of exchange((id) => ({ type: 'generate', id, request }), signal)) {
        if (reply.type === 'text-delta' || reply.type === 'end') yield reply;
      }
    },
    async countTokens(texts) {
      for await (const reply of exchange((id) => ({ type: 'count', id, texts }))) {
        if (reply.type === 'counts') return { counts: reply.counts, exact: true };
      }
      throw new TaskError('engine_crashed', 'The engine gave no token counts.', { retryable: true });
    },
    async score(prompt, continuations, { signal } = {}) {
      for await (const reply of exchange((id) => ({ type: 'score', id, prompt, continuations }), signal)) {
        if (reply.type === 'scores') return reply.scores;
      }
      throw new TaskError('engine_crashed', 'The engine gave no scores.', { retryable: true });
    },
    async dispose() {
      disposed = true;
      const connection = await current?.catch(() => undefined);
      if (connection === undefined || connection.child.exitCode !== null || connection.child.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        connection.child.ref();
        connection.child.once('exit', () => resolve());
        connection.child.kill('SIGTERM');
      });
    },
  };
}

async function openConnection(options: EngineOptions, signal: AbortSignal | undefined, onGone: () => void): Promise<Connection> {
  throwIfAborted(signal);
  const child = fork(ENTRY, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [], env: { ...process.env, GLIBC_TUNABLES: TUNABLES } });
  const pending = new Map<number, Mailbox<Reply>>();
  const complaints = readTail(child);
  const stop = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.on('message', (message: FromEngine) => {
        if (message.type === 'ready') resolve(message);
        else if (message.type === 'failed' && message.id === undefined) reject(toError(message.failure));
        else if (message.type === 'parts') for (const [id, part] of message.parts) pending.get(id)?.put(part);
        else if (message.id !== undefined) pending.get(message.id)?.put(message);
      });
      child.on('error', (cause) => reject(new TaskError('engine_crashed', `The engine process could not be started: ${cause.message}`, { cause })));
      child.on('exit', (code, killedBy) => {
        onGone();
        const error = signal?.aborted ? abortError(signal) : crashError(code, killedBy, complaints());
        reject(error);
        for (const mailbox of pending.values()) mailbox.fail(error);
      });
      child.send({ type: 'load', options } satisfies ToEngine);
    });
    const connection = { child, ready, pending };
    holdOpen(connection);
    return connection;
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Node stays alive for requests under way and for nothing else. */
function holdOpen({ child, pending }: Connection): void {
  if (pending.size > 0) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function post({ child }: Connection, message: ToEngine): void {
  // A process that has just died is reported by its `exit` event, which fails every request under way.
  if (child.connected) child.send(message, () => {});
}

function readTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr!.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-2000)));
  (child.stderr as unknown as { unref?(): void }).unref?.();
  return () => tail.trim();
}

function crashError(code: number | null, killedBy: string | null, complaint: string): TaskError {
  const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
  const memory = killedBy === 'SIGKILL' || complaint.includes('memory') ? ' It may have run out of memory: use fewer slots or a shorter contextLength.' : '';
  return new TaskError('engine_crashed', `The engine process ended unexpectedly (${how}).${memory} The next call starts a fresh one.`, { retryable: true, details: { code, signal: killedBy, output: complaint } });
}

function toError({ code, message, details }: Failure): TaskError {
  return new TaskError(code, message, { details, retryable: code === 'engine_crashed' });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

function abortError(signal: AbortSignal | undefined): TaskError {
  return new TaskError('aborted', 'The request was aborted.', { cause: signal?.reason });
}

import { TaskError } from '@glm-tasks/weights';
import { refuseAborted, type ModelProcess } from './open-process.ts';
import type { Reply, Work } from './protocol.ts';

type Outcome = Exclude<Reply, { type: 'failed' }>;

/** A model's process, and a fresh one in its place once it has crashed. */
export interface KeptProcess {
  /** Opens the process at the first call. */
  connect(signal?: AbortSignal): Promise<ModelProcess>;
  /** Everything that comes back for a message. */
  exchange(message: (id: number) => Work, signal?: AbortSignal): AsyncGenerator<Outcome>;
  /** The one reply of a type that comes back for it. */
  ask<T extends Outcome['type']>(type: T, message: (id: number) => Work, signal?: AbortSignal): Promise<Extract<Outcome, { type: T }>>;
  dispose(): Promise<void>;
}

export function keepProcess(open: (onGone: () => void, signal: AbortSignal | undefined) => Promise<ModelProcess>): KeptProcess {
  let current: Promise<ModelProcess> | undefined;
  let disposed = false;

  function connect(signal?: AbortSignal): Promise<ModelProcess> {
    if (disposed) throw new TaskError('invalid_input', 'This engine was disposed; load the model again.');
    if (current !== undefined) return current;
    const forget = (): void => void (current === opening && (current = undefined));
    const opening = open(() => forget(), signal);
    current = opening;
    opening.catch(forget);
    return opening;
  }

  async function* exchange(message: (id: number) => Work, signal?: AbortSignal): AsyncGenerator<Outcome> {
    refuseAborted(signal);
    yield* (await connect()).exchange(message, signal);
  }

  return {
    connect,
    exchange,
    async ask<T extends Outcome['type']>(type: T, message: (id: number) => Work, signal?: AbortSignal): Promise<Extract<Outcome, { type: T }>> {
      for await (const reply of exchange(message, signal)) if (reply.type === type) return reply as Extract<Outcome, { type: T }>;
      throw new TaskError('engine_crashed', 'The engine gave no answer.', { retryable: true });
    },
    async dispose() {
      disposed = true;
      // A process that could not be opened has said why to whoever asked for it.
      const running = await current?.catch(() => undefined);
      await running?.end();
    },
  };
}

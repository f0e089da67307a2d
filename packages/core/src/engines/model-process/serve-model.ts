import { isTaskError, type LoadProgress } from '@glm-tasks/weights';
import type { Failure } from '../onnx/protocol.ts';
import type { FromProcess, Ready, Reply, ToProcess, Work } from './protocol.ts';

export interface ServedModel {
  ready: Ready;
  answer(work: Work, interrupted: () => boolean): AsyncIterable<Reply>;
}

/**
 * Makes this process a model's own: ONNX Runtime blocks the thread it runs on, and its failures must not be the caller's.
 *
 * @param explain turns what the library threw while it loaded into a TaskError
 */
export function serveModel<Options>(
  open: (options: Options, onProgress: (progress: LoadProgress) => void) => Promise<ServedModel>,
  explain: (error: unknown, options: Options) => unknown = (error) => error,
): void {
  let model: ServedModel | undefined;
  // One request at a time, in order of arrival.
  let last = Promise.resolve();
  const aborted = new Set<number>();

  process.on('message', (message: ToProcess<Options>) => {
    if (message.type === 'load') void load(message.options);
    else if (message.type === 'abort') aborted.add(message.id);
    else last = last.then(() => run(message));
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; the caller decides what it means and ends this process by closing the channel.
  process.on('SIGINT', () => {});

  async function load(options: Options): Promise<void> {
    const fail = (error: unknown): void => send({ type: 'unloadable', failure: toFailure(explain(error, options)) });
    // When a file of external weights cannot be had, transformers.js (4.3.1) leaves that unhandled and waits for ever.
    process.on('unhandledRejection', fail);
    try {
      model = await open(options, (progress) => send({ type: 'progress', progress }));
      send({ type: 'ready', ready: model.ready });
    } catch (error) {
      fail(error);
    } finally {
      process.off('unhandledRejection', fail);
    }
  }

  async function run(work: Work): Promise<void> {
    const reply = (reply: Reply): void => send({ type: 'reply', id: work.id, reply });
    try {
      if (!aborted.has(work.id)) for await (const part of model!.answer(work, () => aborted.has(work.id))) reply(part);
    } catch (error) {
      reply({ type: 'failed', failure: toFailure(error) });
    } finally {
      aborted.delete(work.id);
    }
  }
}

function toFailure(error: unknown): Failure {
  if (isTaskError(error)) return { code: error.code, message: error.message, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'engine_crashed', message: `The engine failed inside the model: ${reason}`, details: {} };
}

function send(message: FromProcess): void {
  // After the caller has gone there is nobody to tell; `disconnect` ends this process.
  if (process.connected) process.send!(message);
}

import type { LoadProgress } from '@glm-tasks/weights';
import { followCaller, send, toFailure } from './call-home.ts';
import type { Ready, Reply, ToProcess, Work } from './protocol.ts';

export interface ServedModel {
  ready: Ready;
  answer(work: Work, interrupted: () => boolean): AsyncIterable<Reply>;
}

/**
 * Makes this process a model's own, which takes one request at a time: ONNX Runtime blocks the thread it runs on, and its failures must not be the caller's.
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
  followCaller();

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
    const reply = (reply: Reply): void => send({ type: 'replies', replies: [[work.id, reply]] });
    try {
      if (!aborted.has(work.id)) for await (const part of model!.answer(work, () => aborted.has(work.id))) reply(part);
    } catch (error) {
      reply({ type: 'failed', failure: toFailure(error) });
    } finally {
      aborted.delete(work.id);
    }
  }
}

import { isTaskError } from '@glm-tasks/weights';
import type { Failure } from '../onnx/protocol.ts';
import { explainLoadError, loadModel } from './load-model.ts';
import { encodeText } from './prompt-tokens.ts';
import type { FromProcess, ModelOptions, Reply, ToProcess } from './protocol.ts';
import { createRequests } from './run-request.ts';
import { createTokenLoop } from './token-loop.ts';

// The model's own process: ONNX Runtime blocks the thread it runs on, and its failures must not be the caller's.

type Work = Exclude<ToProcess, { type: 'load' | 'abort' }>;

let answer: ((work: Work) => AsyncIterable<Reply>) | undefined;
// One request at a time, in order of arrival.
let last = Promise.resolve();
const aborted = new Set<number>();

process.on('message', (message: ToProcess) => {
  if (message.type === 'load') void load(message.options);
  else if (message.type === 'abort') aborted.add(message.id);
  else last = last.then(() => run(message));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the caller decides what it means and ends this process by closing the channel.
process.on('SIGINT', () => {});
async function load(options: ModelOptions): Promise<void> {
  const fail = (error: unknown): void => send({ type: 'unloadable', failure: toFailure(error) });
  // When a file of external weights cannot be had, the library (4.3.1) leaves that unhandled and waits for ever.
  const failLoose = (error: unknown): void => fail(explainLoadError(error, options.source));
  process.on('unhandledRejection', failLoose);
  try {
    const loaded = await loadModel(options, (progress) => send({ type: 'progress', progress }));
    const requests = createRequests(loaded, createTokenLoop(loaded));
    answer = async function* (work) {
      const interrupted = (): boolean => aborted.has(work.id);
      if (work.type === 'generate') yield* requests.generate(work.request, interrupted);
      else if (work.type === 'score') yield { type: 'scores', scores: await requests.score(work.prompt, work.continuations, interrupted) };
      else yield { type: 'counts', counts: work.texts.map((text) => encodeText(loaded.tokenizer, text).length) };
    };
    send({ type: 'ready', name: loaded.name, contextLength: loaded.contextLength });
  } catch (error) {
    fail(error);
  } finally {
    process.off('unhandledRejection', failLoose);
  }
}

async function run(work: Work): Promise<void> {
  const reply = (reply: Reply): void => send({ type: 'reply', id: work.id, reply });
  try {
    if (!aborted.has(work.id)) for await (const part of answer!(work)) reply(part);
  } catch (error) {
    reply({ type: 'failed', failure: toFailure(error) });
  } finally {
    aborted.delete(work.id);
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

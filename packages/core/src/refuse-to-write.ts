import { TaskError } from '@glm-tasks/weights';
import type { Part } from './engine.ts';

/** The `stream` of an engine that only embeds. */
export async function* refuseToWrite(name: string): AsyncGenerator<Part> {
  yield* [];
  throw new TaskError('invalid_input', `The model "${name}" turns texts into vectors and cannot write: call "embed", or load a model that writes, such as "small".`, {
    details: { name },
  });
}

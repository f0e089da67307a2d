import { availableParallelism } from 'node:os';
import { TaskError } from '@glm-tasks/weights';
import { cleanText } from '../../check-request.ts';
import type { Reader, ReaderOptions } from '../../extract-answer.ts';
import { keepProcess } from '../model-process/keep-process.ts';
import { openProcess } from '../model-process/open-process.ts';
import type { ModelOptions } from './protocol.ts';

const ENTRY = new URL('./model-process.js', import.meta.url);

export async function openReader(source: string, { dtype, threads = availableParallelism(), signal, onProgress }: ReaderOptions): Promise<Reader> {
  const options: ModelOptions = { source, task: 'read', dtype, contextLength: undefined, threads, offline: undefined };
  const kept = keepProcess((onGone, signal) => openProcess({ entry: ENTRY, options, signal, onProgress, onGone }));
  const { ready } = await kept.connect(signal);
  return {
    name: `transformers-js:${ready.name}`,
    async answer(question, text, { signal } = {}) {
      const checked = { question: check('question', question), text: check('text', text) };
      const { answer } = await kept.ask('answer', (id) => ({ type: 'answer', id, ...checked }), signal);
      // The process read a text of the same length, cleaned of what no tokenizer can take.
      return answer && { ...answer, text: text.slice(answer.start, answer.end) };
    },
    dispose: kept.dispose,
    [Symbol.asyncDispose]: kept.dispose,
  };
}

function check(field: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return cleanText(value);
  throw new TaskError('invalid_input', `"${field}" is empty or not a text.`, { details: { field } });
}

import { defineTask, type Task, type TaskRun } from '@glm-tasks/task';
import { z } from 'zod';

const input = z.object({ text: z.string().min(1).describe('what it is about'), length: z.enum(['short', 'long']).default('short') });
const output = z.object({ text: z.string(), words: z.int(), warnings: z.array(z.string()), usage: z.object({ calls: z.int() }) });

interface StoryRun extends TaskRun {
  sign?: string;
}

/** A task that knows every kind of event. */
export const story: Task<typeof input, typeof output, StoryRun> = defineTask<typeof input, typeof output, StoryRun>({
  name: 'story',
  description: 'Tells a story',
  input,
  output,
  async *run({ text, length }, { model, signal, sign = '', usage }) {
    yield { type: 'progress', stage: 'planning', done: 0, total: 1 };
    yield { type: 'partial', value: 'a draft' };
    const generated = await model.generate(`A ${length} story about ${text}`, signal ? { signal } : {});
    const whole = generated.text + sign;
    for (const word of whole.match(/\S+\s*/g) ?? []) yield { type: 'text-delta', text: word };
    return { text: whole, words: whole.split(' ').length, warnings: [], usage: { calls: usage.calls } };
  },
});

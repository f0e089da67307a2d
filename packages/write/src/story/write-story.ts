import { defineTask, type Store, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { planOutline } from './plan-outline.ts';
import { frameStory } from './story-frame.ts';
import { storyOutput, storyRequest } from './story-schema.ts';
import { tellStory } from './tell-story.ts';

export interface StoryRun extends TaskRun {
  /** Remembers the plan and every finished chapter: a story that was stopped goes on with the chapter it was in. */
  store?: Store | undefined;
}

/**
 * Writes a story from an idea: an outline first, then chapter by chapter, each held against the outline, the story so far and its length by
 * code. What could not be kept stands in `warnings`. Throws `invalid_input` for an empty premise, `output_invalid` when the model makes no
 * outline in the language of the story.
 *
 * Plan and write with feedback: Re3 (Yang et al. 2022, arXiv:2210.06774).
 *
 * @example
 * const { title, text } = await writeStory({ premise: 'A lighthouse keeper finds an empty boat with a warm lamp.', length: { words: 450 } }, { model });
 * await writeStory({ premise: '修表匠收到一块刻着自己名字的怀表。', language: 'zh', chapters: 3, characters: [{ name: '沈默' }], seed: 7 }, { model, store });
 */
export const writeStory = defineTask({
  name: 'write-story',
  description: 'Write a story from an idea: an outline, then chapters that follow it, of the length asked for',
  input: storyRequest,
  output: storyOutput,
  async *run(request, { model, store, signal, usage }: TaskContext<StoryRun>) {
    const frame = frameStory(request);
    const planning = planOutline({ model, request, frame, store, signal });
    let step = await planning.next();
    for (; !step.done; step = await planning.next()) yield { type: 'progress', stage: 'planning', ...step.value };
    return yield* tellStory({ model, request, frame, outline: step.value, kept: new Map(), version: 0, store, signal, usage });
  },
});

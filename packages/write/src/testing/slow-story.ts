import { appendFileSync } from 'node:fs';
import { createModel } from '@glm-tasks/core';
import { createFileStore } from '@glm-tasks/task';
import { writeStory } from '../story/write-story.ts';
import { scriptedWriter } from './scripted-story.ts';

// node slow-story.js STORE LOG: a story of four chapters, each call of which is logged with its chapter as it is asked.
const [, , storePath = '', logPath = ''] = process.argv;
const { engine, calls } = scriptedWriter((call, question) => {
  appendFileSync(logPath, `${call} ${/Chapter (\d+) of/u.exec(question)?.[1] ?? ''}\n`);
  return undefined;
});
const model = createModel({
  ...engine,
  async *stream(request) {
    // The parent has time to kill in the middle.
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield* engine.stream(request);
  },
});
const { outline, text } = await writeStory({ premise: 'A keeper finds a boat.', length: { words: 400 }, chapters: 4, seed: 5 }, { model, store: createFileStore(storePath) });
process.stdout.write(JSON.stringify({ outline, text, calls: calls.length }));

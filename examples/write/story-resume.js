// node examples/write/story-resume.js: a story that was stopped goes on with the chapter it was in
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore, fromPretrained, isTaskError, writeStory } from 'glm-tasks';

const model = await fromPretrained('small');
const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
const idea = { premise: '山村里的老井忽然传出读书声。', length: { characters: 200 }, chapters: 2, drafts: 1 };

for (const run of ['first', 'second']) {
  // A store of its own for each run, as if the first process had been killed: only the file is shared.
  const store = createFileStore(join(folder, 'remembered'));
  const controller = new AbortController();
  try {
    for await (const event of writeStory.stream(idea, { model, store, signal: controller.signal })) {
      if (event.type === 'progress') console.log(`${run} run, ${event.stage}: ${event.done} of ${event.total}`);
      if (event.type === 'progress' && event.stage === 'writing' && event.done === 1 && run === 'first') controller.abort();
      if (event.type === 'result') console.log(event.result.text);
    }
  } catch (error) {
    if (!isTaskError(error)) throw error;
    console.log(`${run} run stopped: ${error.code}`);
  }
}
await model.dispose();
await rm(folder, { recursive: true });

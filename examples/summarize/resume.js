// node examples/summarize/resume.js: what was paid for once is not paid for again
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore, fromPretrained, summarize } from 'glm-tasks';

const text = await readFile(new URL('../texts/night-bus.txt', import.meta.url), 'utf8');
const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
const model = await fromPretrained('small');

const { calls, seconds } = await summarize.plan({ text }, { model });
console.log(`${calls} calls or more, about ${Math.ceil(seconds)} seconds`);
for (const run of ['first', 'second']) {
  // A store of its own for each run, as if the first process had been killed: only the file is shared.
  const { summary, usage } = await summarize(text, { model, store: createFileStore(join(folder, 'remembered')) });
  console.log(`${run} run, ${usage.calls} calls: ${summary}`);
}

await model.dispose();
await rm(folder, { recursive: true });

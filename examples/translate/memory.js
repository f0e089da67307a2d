// node examples/translate/memory.js: an edited document pays for what changed
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore, fromPretrained, translate } from 'glm-tasks';

const text = await readFile(new URL('../texts/island-guide.md', import.meta.url), 'utf8');
const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
const store = createFileStore(join(folder, 'translations'));
const model = await fromPretrained('small');

for (const version of [text, text, text.replace('40 minutes', 'an hour')]) {
  const { segments, usage } = await translate({ text: version, to: 'zh' }, { model, store });
  const remembered = segments.filter(({ state }) => state === 'remembered').length;
  console.log(`${segments.length} segments, ${remembered} remembered, ${usage.calls} calls`);
}

await model.dispose();
await rm(folder, { recursive: true });

// node examples/translate/folder.js [folder] [language] [out]: every Markdown file of a folder; run again, only what changed is paid for
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileStore, fromPretrained, translate } from 'glm-tasks';

const [folder = fileURLToPath(new URL('../texts', import.meta.url)), to = 'en', out = join(tmpdir(), 'glm-tasks-folder')] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const store = createFileStore(join(out, '.remembered'));
const model = await fromPretrained('small');

for (const name of (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.md'))) {
  const { text = '', status, segments } = await translate({ text: await readFile(join(folder, name), 'utf8'), to }, { model, store });
  const target = join(out, name);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
  const remembered = segments.filter(({ state }) => state === 'remembered').length;
  const failed = segments.filter(({ state }) => state === 'failed').length; // their source stands in the file
  console.log(`${name}: ${status}, ${segments.length} segments, ${remembered} remembered, ${failed} failed -> ${target}`);
}

await model.dispose();

// node examples/translate/file.js [file] [language]: a document, its structure as it was
import { readFile } from 'node:fs/promises';
import { fromPretrained, translate } from 'glm-tasks';

const file = process.argv[2] ?? new URL('../texts/island-guide.md', import.meta.url);
const text = await readFile(file, 'utf8');
const model = await fromPretrained('small');

for await (const event of translate.stream({ text, to: process.argv[3] ?? 'zh' }, { model })) {
  if (event.type === 'text-delta') process.stdout.write(event.text);
  if (event.type === 'result') for (const warning of event.result.warnings) console.error(`note: ${warning}`);
}

await model.dispose();

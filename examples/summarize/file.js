// node examples/summarize/file.js [file]
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize } from 'glm-tasks';

const file = process.argv[2] ?? new URL('../texts/night-bus.txt', import.meta.url);
const text = await readFile(file, 'utf8');
const model = await fromPretrained('small');

const { summary, coverage, chunks, warnings } = await summarize({ text, length: 'short' }, { model });
console.log(summary);
console.log(`read ${coverage * 100} % of the text in ${chunks.length} piece(s)`);
for (const warning of warnings) console.log(`note: ${warning}`);

await model.dispose();

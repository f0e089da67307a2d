// node examples/write/news-notes.js [file]: a report from a reporter's notes, at most 80 words
import { readFile } from 'node:fs/promises';
import { fromPretrained, writeNews } from 'glm-tasks';

const notes = process.argv[2] === undefined
  ? '- Ashby school board, Monday: new gym approved, 5 votes to 2\n- Cost: 2.4 million dollars, from the 2025 bond\n- Building starts in July 2026.\n“Our pupils have trained in coats long enough,” said Lea Brandt, the head teacher.'
  : await readFile(process.argv[2], 'utf8');
const model = await fromPretrained('small');

const { text, facts, warnings } = await writeNews({ notes, length: { words: 80 }, byline: 'Jo Field' }, { model });
console.log(text);
for (const fact of facts) console.log(JSON.stringify(fact));
for (const warning of warnings) console.log(`note: ${warning}`);

await model.dispose();

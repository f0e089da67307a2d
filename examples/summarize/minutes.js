// node examples/summarize/minutes.js [file]: the minutes of a meeting, from its transcript
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize } from 'glm-tasks';

const file = process.argv[2] ?? new URL('../texts/harbour-meeting.txt', import.meta.url);
const text = await readFile(file, 'utf8');
const model = await fromPretrained('small');

const { summary, minutes, warnings } = await summarize({ text, format: 'minutes', unsupported: 'drop' }, { model });
console.log(summary);
for (const { text: action, owner, due } of minutes?.actions ?? []) console.log(JSON.stringify({ action, owner, due }));
for (const warning of warnings) console.log(`note: ${warning}`);

await model.dispose();

// node examples/summarize/documents.js: several texts in one summary, then brought up to date with news
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize } from 'glm-tasks';

const read = (/** @type {string} */ file) => readFile(new URL(`../texts/${file}`, import.meta.url), 'utf8');
const model = await fromPretrained('small');

const documents = [
  { id: 'crane', text: 'The crane of the harbour has two cracks. A new arm costs 31,000 euros and was ordered on Friday.' },
  { id: 'office', text: 'The harbour office opens at half past six from 1 June, because the boats leave at half past seven.' },
];
const { summary, chunks } = await summarize({ documents, length: { sentences: 2 } }, { model });
console.log(`${chunks.length} documents: ${summary}`);

const updated = await summarize({ previous: summary, text: await read('harbour-meeting.txt'), length: 'medium' }, { model });
console.log(`brought up to date: ${updated.summary}`);

await model.dispose();

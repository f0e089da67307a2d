// node examples/summarize/sources.js: key points, each with the sentence it comes from
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize } from 'glm-tasks';

const text = await readFile(new URL('../texts/night-bus.txt', import.meta.url), 'utf8');
const model = await fromPretrained('small');

const { points, unverified } = await summarize({ text, format: 'key-points', length: 'short' }, { model });
for (const { text: point, supported, sources } of points ?? []) {
  console.log(`${supported ? '✓' : '?'} ${point}`);
  if (sources[0]) console.log(`    ${sources[0].start}–${sources[0].end}: ${sources[0].text}`);
}
console.log(unverified.length > 0 ? `not found in the text: ${unverified.join(', ')}` : 'every number and name stands in the text');

await model.dispose();

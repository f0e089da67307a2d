// node examples/summarize/structure.js: a summary in the structure you ask for
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize } from 'glm-tasks';
import { z } from 'zod';

const text = await readFile(new URL('../texts/harbour-meeting.txt', import.meta.url), 'utf8');
const model = await fromPretrained('small');

const schema = z.object({
  subject: z.string().describe('what the meeting was about, in a few words'),
  people: z.array(z.string()).max(5).describe('who spoke'),
  amounts: z.array(z.object({ euros: z.number(), for: z.string() })).max(5),
});
const { object } = await summarize(text, { model, schema });
console.log(`${object.subject}, with ${object.people.join(', ')}`);
for (const amount of object.amounts) console.log(`${amount.euros} euros: ${amount.for}`);

await model.dispose();

// node examples/core/object.js "your text"
import { fromPretrained } from 'glm-tasks';
import { z } from 'zod';

const model = await fromPretrained('small');
const schema = z.object({
  person: z.string().describe('full name'),
  age: z.int().min(0).max(130).optional(),
  cities: z.array(z.string()).max(5).describe('every city the text names'),
});

const text = process.argv[2] ?? 'Anna Meier is 34. She was born in Bern and works in Basel.';
for await (const part of model.streamObject(`Who is this about?\n\n${text}`, { schema, maxTokens: 200 })) {
  if (part.type === 'element') console.log(part.path.join('.'), '=', part.value);
  if (part.type === 'object') console.log(part.object, `held to JSON by: ${part.rung}`);
}

const { text: mood } = await model.generate('How does this review sound? "Slow, cold and dear."', { choices: ['good', 'mixed', 'bad'] });
console.log('one of three:', mood);

await model.dispose();

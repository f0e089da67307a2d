// node examples/core/stream.js "your question"
import { fromPretrained } from 'glm-tasks';

const model = await fromPretrained('small');
const answer = model.stream(
  [
    { role: 'system', content: 'Answer in one short paragraph.' },
    { role: 'user', content: process.argv[2] ?? 'Why is the sky blue?' },
  ],
  { maxTokens: 120, temperature: 0.7, topP: 0.9, seed: 1 },
);

for await (const part of answer) {
  if (part.type === 'text-delta') process.stdout.write(part.text);
  else console.log(`\n[${part.finishReason}, ${part.usage.outputTokens} tokens]`);
}

await model.dispose();

// node examples/core/cancel.js
import { fromPretrained, isTaskError } from 'glm-tasks';

const model = await fromPretrained('small');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
let written = 0;

try {
  for await (const part of model.stream('Count from one to one thousand in words.', { signal: stop.signal })) {
    if (part.type !== 'text-delta') continue;
    process.stdout.write(part.text);
    written += part.text.length;
    if (written > 80) stop.abort();
  }
} catch (error) {
  if (!isTaskError(error) || error.code !== 'aborted') throw error;
  console.log('\nStopped; the model is free for the next request.');
}

await model.dispose();

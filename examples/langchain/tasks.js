// node examples/langchain/tasks.js: tasks as Runnables: piped, with their progress
import { readFile } from 'node:fs/promises';
import { fromPretrained, summarize, translate } from 'glm-tasks';
import { toRunnable } from 'glm-tasks/langchain';

const model = await fromPretrained('small');
const text = await readFile(new URL('../texts/night-bus.txt', import.meta.url), 'utf8');

const chain = toRunnable(summarize, { model })
  .pipe(({ summary }) => ({ text: summary, to: 'zh' }))
  .pipe(toRunnable(translate, { model }));

const events = chain.streamEvents({ text, length: 'short' }, { version: 'v2' });
for await (const { event, name, data } of events) {
  if (event === 'on_custom_event' && name === 'progress') console.log(JSON.stringify(data));
  if (event === 'on_chain_end' && name === 'translate') console.log(data.output.text);
}
await model.dispose();

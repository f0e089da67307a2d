// node examples/core/quick-start.js
import { fromPretrained } from 'glm-tasks';

// The first run downloads and converts the model; later runs load it in seconds.
const model = await fromPretrained('small', {
  onProgress: ({ stage, message }) => message && console.error(`${stage}: ${message}`),
});

const { text, usage } = await model.generate('你好，我是一个程序员。', { maxTokens: 60 });
console.log(text);
console.log(`${usage.inputTokens} tokens in, ${usage.outputTokens} out`);

await model.dispose();

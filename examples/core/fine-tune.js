// node examples/core/fine-tune.js [adapter] [base]: a model with what you taught it, a LoRA adapter as PEFT saves it or a .gguf of one
import { fromPretrained } from 'glm-tasks';

// Merged into the weights of the model it was trained on, once; the base stays as it is, and the next run loads the merged one in seconds.
const [adapter = './my-lora', base = 'small'] = process.argv.slice(2);
const model = await fromPretrained(base, { adapter, onProgress: ({ stage, message }) => message && console.error(`${stage}: ${message}`) });

const { text } = await model.generate('你好，我是一个程序员。', { maxTokens: 60 });
console.log(text);

await model.dispose();

import { fromPretrained } from '@glm-tasks/core';

// Pulls, converts and loads a model, says when the files were ready, and sends what the model says.
const model = await fromPretrained(process.argv[2]!, { onProgress: ({ stage }) => void (stage === 'load' && process.send!({ ready: true })) });
const { text } = await model.generate('Name three animals.', { maxTokens: 24 });
process.send!({ text });
await model.dispose();
process.disconnect();

// node examples/core/remote.js [model]: the same calls on ChatGLM, ChatGPT or a server of yours; ZHIPUAI_API_KEY, OPENAI_API_KEY … hold the key
import { fromPretrained, isTaskError, summarize } from 'glm-tasks';

const name = process.argv[2] ?? 'zhipu:glm-4.7-flash'; // 'openai:gpt-5-mini', 'ollama:qwen2.5:0.5b', 'http://localhost:8000/v1#my-model'

try {
  const model = await fromPretrained(name);
  const { text, usage } = await model.generate('你好，我是一个程序员。', { maxTokens: 60 });
  console.log(`${text}\n${usage.inputTokens} tokens in, ${usage.outputTokens} out`);

  const { summary } = await summarize({ text: 'The ferry leaves at 8:30. Dogs are welcome on deck. Tickets are sold on board.', length: 'short' }, { model });
  console.log(summary);
  await model.dispose();
} catch (error) {
  // No key, no network, a wrong name: the message says which, and what to do.
  if (!isTaskError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

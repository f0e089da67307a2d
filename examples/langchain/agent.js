// node examples/langchain/agent.js: an agent of langchain on a small local model, with one of our tasks and a function as its tools
import { tool } from '@langchain/core/tools';
import { summarize } from 'glm-tasks';
import { ChatGlmTasks, toTool } from 'glm-tasks/langchain';
import { createAgent } from 'langchain';
import { z } from 'zod';

const ferry = tool(({ day }) => `On ${day} the ferry leaves at 8:30 and at 17:00.`, {
  name: 'ferry_times',
  description: 'Tells when the ferry leaves on a day of the week',
  schema: z.object({ day: z.string() }),
});

const agent = createAgent({
  model: new ChatGlmTasks({ model: 'small', maxTokens: 200 }),
  tools: [ferry, toTool(summarize)],
  systemPrompt: 'You help visitors of an island. Use a tool where it helps, then answer.',
});

const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'When does the ferry leave on Monday?' }] }, { recursionLimit: 8 });
for (const message of messages) console.log(`${message.getType()}: ${message.text || JSON.stringify('tool_calls' in message ? message.tool_calls : '')}`);

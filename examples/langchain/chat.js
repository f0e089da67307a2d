// node examples/langchain/chat.js: a small local model in a chain of LangChain, streamed, and an object of a schema
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatGlmTasks } from 'glm-tasks/langchain';
import { z } from 'zod';

const chat = new ChatGlmTasks({ model: 'small', maxTokens: 120 });

const chain = ChatPromptTemplate.fromTemplate('Explain {what} to a child in two sentences.').pipe(chat).pipe(new StringOutputParser());
for await (const text of await chain.stream({ what: 'a lighthouse' })) process.stdout.write(text);

const place = z.object({ name: z.string(), kind: z.enum(['island', 'town', 'mountain']) });
const { name, kind } = await chat.withStructuredOutput(place).invoke('Harrow is a small island with a lighthouse. What is it called, and what is it?');
console.log(`\n\n${name}: ${kind}`);

const { usage_metadata: usage } = await chat.invoke('你好，我是一个程序员。');
console.log(usage, await chat.getNumTokens('你好，我是一个程序员。'));

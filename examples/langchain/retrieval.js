// node examples/langchain/retrieval.js: questions over a document, in a chain of LangChain
import { readFile } from 'node:fs/promises';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables';
import { createKnowledge } from 'glm-tasks';
import { ChatGlmTasks, toRetriever } from 'glm-tasks/langchain';

const text = await readFile(new URL('../texts/island-guide.md', import.meta.url), 'utf8');
const retriever = toRetriever(await createKnowledge([{ source: 'island-guide.md', text }]), { limit: 3 });
const chat = new ChatGlmTasks({ model: 'small', maxTokens: 80 });

const chain = RunnableSequence.from([
  { context: retriever.pipe((documents) => documents.map(({ pageContent }) => pageContent).join('\n\n')), question: new RunnablePassthrough() },
  ChatPromptTemplate.fromTemplate('{context}\n\nAnswer in one sentence, from the text above alone: {question}'),
  chat,
  new StringOutputParser(),
]);

const question = 'How long does the ferry take?';
console.log(await chain.invoke(question));
for (const { metadata } of await retriever.invoke(question)) console.log(`- ${metadata.source}, ${metadata.start} to ${metadata.end}: ${metadata.title}`);

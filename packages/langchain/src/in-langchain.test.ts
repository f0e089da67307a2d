import { loadSummarizationChain } from '@langchain/classic/chains';
import { Document } from '@langchain/core/documents';
import { AIMessageChunk } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import { createAgent, toolStrategy } from 'langchain';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatGlmTasks } from './chat-glm-tasks.ts';
import { GlmTasksTextSplitter } from './glm-tasks-text-splitter.ts';
import { answer, call, promptOf, scriptedModel } from './testing/scripted-model.ts';
import { story } from './testing/story-task.ts';
import { toTool } from './to-tool.ts';

const weather = tool(({ city }) => `It rains in ${city}.`, { name: 'weather', description: 'Tells the weather of a city', schema: z.object({ city: z.string() }) });
const ask = { messages: [{ role: 'user', content: 'What is the weather in Oslo?' }] };

describe("langchain's createAgent", () => {
  test('calls a tool, reads its result, answers', async () => {
    const { engine, model } = scriptedModel([call('weather', { city: 'Oslo' }), answer('It rains.')]);
    const { messages } = await createAgent({ model: new ChatGlmTasks({ model }), tools: [weather], systemPrompt: 'You tell the weather.' }).invoke(ask);
    expect(messages.map((message) => message.getType())).toEqual(['human', 'ai', 'tool', 'ai']);
    expect(messages.at(-1)?.text).toBe('It rains.');
    expect(promptOf(engine.requests[1]!)).toContain('The tool "weather" returned:\nIt rains in Oslo.');
    expect(promptOf(engine.requests[0]!)).toMatch(/^system: You tell the weather\./);
  });

  test('a model that repeats an answered call is asked for its answer, so that the agent ends', async () => {
    const again = call('weather', { city: 'Oslo' });
    const { engine, model } = scriptedModel([again, again, '{"answer": "It rains."}']);
    const { messages } = await createAgent({ model: new ChatGlmTasks({ model }), tools: [weather] }).invoke(ask);
    expect(messages.map((message) => message.getType())).toEqual(['human', 'ai', 'tool', 'ai']);
    expect(messages.at(-1)).toMatchObject({ text: 'It rains.', response_metadata: { warnings: [expect.stringContaining('repeated') as string] } });
    expect(JSON.stringify(engine.requests[2]?.json)).not.toContain('weather');
    const other = scriptedModel([again, call('weather', { city: 'Bergen' }), answer('Rain in both.')]);
    expect((await createAgent({ model: new ChatGlmTasks({ model: other.model }), tools: [weather] }).invoke(ask)).messages).toHaveLength(6);
  });

  test('an answer of a schema, as the model gives it and as a tool', async () => {
    const responseFormat = z.object({ sky: z.enum(['rain', 'sun']) });
    const native = scriptedModel([call('weather', { city: 'Oslo' }), answer({ sky: 'rain' })]);
    expect(await createAgent({ model: new ChatGlmTasks({ model: native.model }), tools: [weather], responseFormat }).invoke(ask)).toMatchObject({ structuredResponse: { sky: 'rain' } });
    const alone = scriptedModel(['{"sky": "sun"}']);
    expect(await createAgent({ model: new ChatGlmTasks({ model: alone.model }), responseFormat }).invoke(ask)).toMatchObject({ structuredResponse: { sky: 'sun' } });
    const asTool = scriptedModel([({ json }) => call(/extract-\d+/.exec(JSON.stringify(json))?.[0] ?? 'extract', { sky: 'rain' })]);
    expect(await createAgent({ model: new ChatGlmTasks({ model: asTool.model }), tools: [weather], responseFormat: toolStrategy(responseFormat) }).invoke(ask)).toMatchObject({ structuredResponse: { sky: 'rain' } });
  });

  test('one of our tasks as its tool', async () => {
    const { model } = scriptedModel([call('story', { text: 'a fox' }), 'Once there was a fox.', answer('Here it is.')]);
    const { messages } = await createAgent({ model: new ChatGlmTasks({ model }), tools: [toTool(story, { model })] }).invoke(ask);
    expect(messages[2]).toMatchObject({ content: 'Once there was a fox.', artifact: { words: 5 } });
    expect(messages.at(-1)?.text).toBe('Here it is.');
  });

  test('streams the answer, and stops when told', async () => {
    const { model } = scriptedModel([answer('It rains in the whole of Norway.')]);
    const agent = createAgent({ model: new ChatGlmTasks({ model }), tools: [weather] });
    const texts: string[] = [];
    for await (const [chunk] of await agent.stream(ask, { streamMode: 'messages' })) if (AIMessageChunk.isInstance(chunk)) texts.push(chunk.text);
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join('')).toBe('It rains in the whole of Norway.');
    await expect(agent.invoke(ask, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("LangChain's chains", () => {
  const documents = ['The ferry leaves at 8:30.', 'The quay is closed on Sunday.'].map((pageContent) => new Document({ pageContent }));

  test.each(['stuff', 'map_reduce', 'refine'] as const)('loadSummarizationChain, %s', async (type) => {
    const { engine, model } = scriptedModel(['The ferry.']);
    // Under exactOptionalPropertyTypes LangChain's own chat models do not fit its chains; without it they do, and so does ours.
    const chain = loadSummarizationChain(new ChatGlmTasks({ model }) as never, { type });
    expect(await chain.invoke({ input_documents: documents })).toMatchObject({ [type === 'refine' ? 'output_text' : 'text']: 'The ferry.' });
    expect(promptOf(engine.requests[0]!)).toContain('The ferry leaves at 8:30.');
  });

  test('a prompt, the chat model and a parser, piped and streamed', async () => {
    const chain = ChatPromptTemplate.fromTemplate('Tell me about {what}').pipe(new ChatGlmTasks({ model: scriptedModel(['Foxes are red.']).model })).pipe(new StringOutputParser());
    expect(await chain.invoke({ what: 'foxes' })).toBe('Foxes are red.');
    const texts: string[] = [];
    for await (const piece of await chain.stream({ what: 'foxes' })) texts.push(piece);
    expect(texts.filter((piece) => piece !== '').length).toBeGreaterThan(2);
  });

  test('the splitter where LangChain wants one', async () => {
    const { model } = scriptedModel(['']);
    const split = await new GlmTasksTextSplitter({ model, chunkSize: 16 }).splitDocuments([new Document({ pageContent: 'The ferry leaves at 8:30. '.repeat(10), metadata: { source: 'a' } })]);
    expect(split.length).toBeGreaterThan(3);
  });
});

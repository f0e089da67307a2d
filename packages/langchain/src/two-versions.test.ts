import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TaskError, isTaskError } from '@glm-tasks/core';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import type * as LangChainMessages from '@langchain/core/messages';
import type * as LangChainFakes from '@langchain/core/utils/testing';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// The second copy is loaded as users load it, by its index.
// oxlint-disable-next-line no-restricted-imports
import type * as Ours from './index.ts';
import { ChatGlmTasks } from './chat-glm-tasks.ts';
import { fromLangChain } from './from-langchain.ts';
import { scriptedModel } from './testing/scripted-model.ts';

/** A second copy of @langchain/core and of this package, as two installed versions are: classes and symbols of their own. */
describe('two versions side by side', () => {
  let folder = '';
  let messages: typeof LangChainMessages;
  let fakes: typeof LangChainFakes;
  let ours: typeof Ours;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'two-versions-'));
    const core = dirname(dirname(fileURLToPath(import.meta.resolve('@langchain/core/messages')))).replace(/dist$/, '');
    const modules = join(core, '..', '..');
    await cp(core, join(folder, 'node_modules/@langchain/core'), { recursive: true, dereference: true, filter: (path) => !/\.(?:cjs|map|cts)$/.test(path) });
    for (const name of await readdir(modules)) if (name !== '@langchain' && !name.startsWith('.')) await symlink(join(modules, name), join(folder, 'node_modules', name));
    // This package's own dependencies, its @langchain/core aside.
    const own = dirname(fileURLToPath(import.meta.url));
    await symlink(join(own, '..', 'node_modules/@glm-tasks'), join(folder, 'node_modules/@glm-tasks'));
    await symlink(join(own, '..', 'node_modules/@langchain/textsplitters'), join(folder, 'node_modules/@langchain/textsplitters'));
    await cp(own, join(folder, 'node_modules/ours'), { recursive: true });
    await cp(join(own, '..', 'package.json'), join(folder, 'node_modules/ours/package.json'));
    const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(folder, path)).href);
    messages = (await load('node_modules/@langchain/core/dist/messages/index.js')) as typeof LangChainMessages;
    fakes = (await load('node_modules/@langchain/core/dist/utils/testing/index.js')) as typeof LangChainFakes;
    ours = (await load('node_modules/ours/index.js')) as typeof Ours;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('they are two', () => {
    expect(messages.HumanMessage).not.toBe(HumanMessage);
    expect(ours.ChatGlmTasks).not.toBe(ChatGlmTasks);
  });

  test('messages of the other version are read, images in them refused, errors recognised', async () => {
    const { engine, model } = scriptedModel(['Good day']);
    const chat = new ChatGlmTasks({ model });
    const history = [new messages.SystemMessage('Be kind.'), new messages.HumanMessage('Hi'), new messages.AIMessage('Yes?'), new messages.ToolMessage('3', 'x', 'adder')];
    expect((await chat.invoke(history as never)).text).toBe('Good day');
    expect(engine.requests[0]?.prompt).toMatchObject([{ role: 'system' }, { role: 'user' }, { role: 'assistant' }, { role: 'user', content: 'The tool "adder" returned:\n3' }]);
    const image = new messages.HumanMessage({ content: [{ type: 'image_url', image_url: 'data:,' }] });
    await expect(chat.invoke([image] as never)).rejects.toSatisfy(isTaskError);
  });

  test('a chat model of the other version runs our tasks; its errors, and ours through it, are recognised', async () => {
    const model = fromLangChain(new fakes.FakeListChatModel({ responses: ['A fox.'] }) as never);
    expect((await model.generate('Hi')).text).toBe('A fox.');
    expect(await model.countTokens(['one two'])).toEqual({ counts: [2], exact: false });
    const ours2 = fromLangChain(new ours.ChatGlmTasks({ model: scriptedModel([() => { throw new TaskError('overloaded', 'later'); }]).model }) as never);
    await expect(ours2.generate('Hi')).rejects.toMatchObject({ code: 'overloaded' });
  });

  test('our other copy takes a model of this one, and messages of either version', async () => {
    const chat = new ours.ChatGlmTasks({ model: scriptedModel(['Good day']).model });
    expect((await chat.invoke([new HumanMessage('Hi'), new AIMessage('Yes?'), new messages.HumanMessage('So') as never])).text).toBe('Good day');
    expect((await fromLangChain(new FakeListChatModel({ responses: ['x'] })).generate('Hi')).text).toBe('x');
  });
});

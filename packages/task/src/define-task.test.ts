import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { TaskError, catalog, createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { replaceDefaultModel } from './default-model.ts';
import { defineTask, type TaskEvent } from './define-task.ts';

const engine = fakeEngine({ reply: ({ prompt }) => `Re: ${String(prompt)}` });
const model = createModel(engine);

const reply = defineTask({
  name: 'reply',
  description: 'Answer a text',
  input: z.object({ text: z.string().min(1, 'give a text'), times: z.number().int().default(1) }),
  output: z.object({ text: z.string(), calls: z.number() }),
  async *run({ text, times }, { model, signal, usage }) {
    let all = '';
    for (let index = 0; index < times; index++) {
      const generated = await model.generate(text, signal ? { signal } : {});
      all += generated.text;
      yield { type: 'text-delta', text: generated.text };
    }
    return { text: all, calls: usage.calls };
  },
});

describe('defineTask', () => {
  test('makes a callable with the four fields', async () => {
    expect({ ...reply, name: reply.name }).toMatchObject({ name: 'reply', description: 'Answer a text', input: expect.anything(), output: expect.anything() });
    expect(await reply({ text: 'hi', times: 2 }, { model })).toEqual({ text: 'Re: hiRe: hi', calls: 2 });
  });

  test('a bare string stands for { text }', async () => {
    expect(await reply('hi', { model })).toEqual({ text: 'Re: hi', calls: 1 });
  });

  test('the stream ends with the result, and the deltas join to its text', async () => {
    const events: TaskEvent<{ text: string }>[] = [];
    for await (const event of reply.stream({ text: 'hi', times: 3 }, { model })) events.push(event);
    const last = events.at(-1);
    expect(last?.type).toBe('result');
    expect(events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')).toBe(last?.type === 'result' && last.result.text);
  });

  test.each([
    [{ text: '' }, '"text" is "".*give a text'],
    [{ text: 'a', times: 1.5 }, '"times" is 1.5'],
    [{}, '"text" is undefined'],
    [null, '"input" is null'],
    [7, '"input" is 7'],
  ])('refuses %j by field and value', async (input, message) => {
    await expect(reply(input as { text: string }, { model })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
  });

  test('a failure carries what was spent, and a result that breaks its schema is one', async () => {
    const failing = defineTask({
      name: 'failing',
      description: '',
      input: z.object({ text: z.string() }),
      output: z.object({ text: z.string() }),
      async *run({ text }, { model }) {
        await model.generate(text);
        yield { type: 'progress', stage: 'x', done: 1, total: 1 };
        if (text === 'bad') return { text: 1 } as unknown as { text: string };
        throw new TaskError('output_invalid', 'no');
      },
    });
    await expect(failing('hi', { model })).rejects.toMatchObject({ code: 'output_invalid', usage: { calls: 1 } });
    await expect(failing('bad', { model })).rejects.toMatchObject({ code: 'output_invalid', message: expect.stringContaining('"failing"') });
  });
});

describe('the default model', () => {
  const fresh = () => {
    const dispose = vi.fn(async () => {});
    return { model: { ...model, dispose }, dispose };
  };

  test('is loaded once, announced once, and let go when idle', async () => {
    vi.useFakeTimers();
    vi.stubEnv('GLM_TASKS_MODEL', '');
    vi.stubEnv('GLM_TASKS_HOME', join(tmpdir(), 'glm-tasks-of-nobody'));
    const { model, dispose } = fresh();
    const load = vi.fn(async () => model);
    const print = vi.fn();
    const restore = replaceDefaultModel({ load, print, idleAfter: 1000 });
    await Promise.all([reply('a'), reply('b'), reply('c')]);
    expect(load).toHaveBeenCalledTimes(1);
    expect(print.mock.calls).toEqual([[expect.stringMatching(/qwen2\.5-coder-1\.5b-instruct \(1\.1 GB, .*glm-tasks/)]]);
    await vi.advanceTimersByTimeAsync(900);
    await reply('d');
    await vi.advanceTimersByTimeAsync(900);
    expect(dispose).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(dispose).toHaveBeenCalledTimes(1);
    await reply('e');
    expect(load).toHaveBeenCalledTimes(2);
    expect(print).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await restore();
    expect(dispose).toHaveBeenCalledTimes(2);
  });

  test('where it is on disk already, the announcement says from where and speaks of no download', async () => {
    const home = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
    const { id, files } = catalog.find(({ aliases }) => aliases.includes('small'))!;
    const announce = async (name: string) => {
      vi.stubEnv('GLM_TASKS_MODEL', name);
      vi.stubEnv('GLM_TASKS_HOME', home);
      const print = vi.fn();
      const restore = replaceDefaultModel({ load: async () => fresh().model, print });
      await reply('a');
      vi.unstubAllEnvs();
      await restore();
      return print.mock.calls.join();
    };
    expect(await announce(id)).toContain(`loading ${id} (0.5 GB, fetched once and kept in ${home});`);
    await mkdir(join(home, 'files'));
    for (const { sha256 = '', bytes } of files) {
      await writeFile(join(home, 'files', sha256), '');
      await truncate(join(home, 'files', sha256), bytes); // a hole, which takes no room
    }
    expect(await announce('small')).toContain(`loading small from ${home};`);
    expect(await announce('./mine.gguf')).toContain('loading ./mine.gguf;');
    await rm(home, { recursive: true });
  });

  test('GLM_TASKS_MODEL names it; a failed load is tried again by the next call', async () => {
    vi.stubEnv('GLM_TASKS_MODEL', 'some-model');
    const load = vi.fn(async (name: string) => (load.mock.calls.length === 1 ? Promise.reject(new TaskError('download_failed', name)) : model));
    const restore = replaceDefaultModel({ load, print: () => {} });
    await expect(reply('a')).rejects.toMatchObject({ code: 'download_failed', message: 'some-model' });
    await expect(reply('a')).resolves.toMatchObject({ calls: 1 });
    vi.unstubAllEnvs();
    await restore();
  });

  test('an abort while loading leaves the load to the others, and ends it after the last', async () => {
    let signal: AbortSignal | undefined;
    const load = (_: string, options: { signal: AbortSignal }) => {
      signal = options.signal;
      return new Promise<typeof model>(() => {});
    };
    const restore = replaceDefaultModel({ load, print: () => {} });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = reply('a', { signal: one.signal });
    const second = reply('b', { signal: two.signal });
    await vi.waitFor(() => expect(signal).toBeDefined());
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(signal?.aborted).toBe(false);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect(signal?.aborted).toBe(true);
    await restore();
  });

  test('wrong input is refused before a model is loaded', async () => {
    const load = vi.fn(async () => model);
    const restore = replaceDefaultModel({ load, print: () => {} });
    await expect(reply('')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(load).not.toHaveBeenCalled();
    await restore();
  });
});

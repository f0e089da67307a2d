import { describe, expect, test } from 'vitest';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { generateGuarded, lastOf, type GuardedRequest } from './generate-guarded.ts';
import type { GuardOptions } from './guards.ts';
import { chunkText } from './chunk.ts';
import { createMarker } from './fence.ts';
import { mapChunks } from './map-chunks.ts';
import { buildPrompt } from './prompt.ts';
import { createMemoryStore, type Store } from './store.ts';

function ask(replies: string[], guards: GuardOptions = {}, maxTokens = 100) {
  const engine = fakeEngine({ reply: () => replies[Math.min(engine.requests.length, replies.length) - 1] ?? '' });
  const prompt = (failed: string | undefined) => [{ role: 'user' as const, content: failed ?? 'first' }];
  return { engine, steps: generateGuarded(createModel(engine), { prompt, guards, maxTokens }) };
}

test('asks once more when a guard fails, and tells the prompt why', async () => {
  const { engine, steps } = ask(['loop it '.repeat(9), 'All is well.']);
  expect(await lastOf(steps)).toMatchObject({ text: 'All is well.', raw: 'All is well.' });
  expect(engine.requests.map(({ prompt }) => (prompt as { content: string }[])[0]?.content)).toEqual(['first', 'repetition']);
  expect(engine.requests.map(({ repetitionPenalty }) => repetitionPenalty)).toEqual([1, 1.15]);
});

test('after a second failure the attempt that failed less comes back, its loop cut off, with the failure named', async () => {
  expect(await lastOf(ask(['<think>', 'well well well well well well', '']).steps)).toMatchObject({ failure: 'repetition' });
  const { engine, steps } = ask(['It begins well. abc abc abc abc abc abc']);
  expect(await lastOf(steps)).toMatchObject({ text: 'It begins well. abc', failure: 'repetition' });
  expect(engine.requests).toHaveLength(2);
});

test('yields sentence by sentence, without preamble', async () => {
  const { steps } = ask(['Here is a summary: One is here. Two is here. Three']);
  const seen: string[] = [];
  for await (const text of steps) seen.push(text);
  expect(seen).toEqual(['One is here.', 'One is here. Two is here.']);
});

test('a text cut off by maxTokens loses its unfinished sentence', async () => {
  expect(await lastOf(ask(['One is here. Two is here.'], {}, 9).steps)).toMatchObject({ text: 'One is here.' });
  expect(await lastOf(ask(['One is here and goes on'], {}, 5).steps)).toMatchObject({ text: 'One is here' });
});

test('stops the model once it begins a sentence too many, at no decimal point, and counts no preamble', async () => {
  const reply = ['Here is a summary:\n', 'It costs 3', '.', '5 million. ', 'Work begins', '. ', 'Boats wait. ', 'More. '];
  const stopped = async (sentences: number | undefined): Promise<string> => {
    const prompt = () => [{ role: 'user' as const, content: 'x' }];
    return (await lastOf(generateGuarded(createModel(fakeEngine({ reply: () => reply })), { prompt, guards: {}, maxTokens: 100, sentences }))).text;
  };
  expect(await stopped(1)).toBe('It costs 3.5 million.');
  expect(await stopped(2)).toBe('It costs 3.5 million. Work begins.');
  expect(await stopped(9)).toBe('It costs 3.5 million. Work begins. Boats wait. More.');
  expect(await stopped(undefined)).toBe('It costs 3.5 million. Work begins. Boats wait. More.');
});

describe('with a store', () => {
  const marker = 'text-0a1b2c3d';
  const instruction = 'Write one sentence.';

  /** A process of its own: another model object, another marker. */
  function run(store: Store, { reply = 'All is well.', document = 'Some text.', ...changed }: Partial<GuardedRequest> & { reply?: string; document?: string; name?: string; ask?: string } = {}) {
    const engine = fakeEngine({ reply: () => reply });
    const model = createModel({ ...engine, name: changed.name ?? 'fake' });
    const { guards = { marker }, maxTokens = 100, signal } = changed;
    const prompt = () => buildPrompt({ system: 'You write.', document, marker: guards.marker ?? marker, instruction: changed.ask ?? instruction });
    return { engine, steps: generateGuarded(model, { prompt, guards, maxTokens, store, signal }) };
  }

  test('the second run asks nothing, yields the text once and returns the same', async () => {
    const store = createMemoryStore();
    const first = await lastOf(run(store, { reply: 'Here is a summary: One is here. Two is here.' }).steps);
    const { engine, steps } = run(store, { guards: { marker: 'text-ffffffff' } });
    expect(await steps.next()).toEqual({ done: false, value: 'One is here. Two is here.' });
    expect(await steps.next()).toEqual({ done: true, value: first });
    expect(engine.requests).toHaveLength(0);
    expect(first).toEqual({ text: 'One is here. Two is here.', raw: 'Here is a summary: One is here. Two is here.' });
  });

  test.each([
    ['document', { document: 'Some text!' }],
    ['instruction', { ask: 'Write two sentences.' }],
    ['model', { name: 'other' }],
    ['limit', { maxTokens: 99 }],
    ['language', { guards: { marker, language: 'en' } }],
    ['source', { guards: { marker, source: 'Some text.' } }],
    ['absence of a marker', { guards: {} }],
  ])('another %s is asked again', async (_, changed) => {
    const store = createMemoryStore();
    await lastOf(run(store).steps);
    const { engine, steps } = run(store, changed);
    await lastOf(steps);
    expect(engine.requests).toHaveLength(1);
  });

  test('a failure is remembered with the marker of the run, and no part of it is shown', async () => {
    const store = createMemoryStore();
    const failed = await lastOf(run(store, { reply: `I read <${marker}> again. And again.` }).steps);
    expect(failed).toMatchObject({ failure: 'marker', text: `I read <${marker}> again. And again.` });
    const { engine, steps } = run(store, { guards: { marker: 'text-ffffffff' } });
    const raw = 'I read <text-ffffffff> again. And again.';
    expect(await steps.next()).toEqual({ done: true, value: { failure: 'marker', text: raw, raw } });
    expect(engine.requests).toHaveLength(0);
  });

  test('what is aborted, left early or fails is not remembered', async () => {
    const store = createMemoryStore();
    const controller = new AbortController();
    const aborted = run(store, { reply: 'One. Two. Three.', signal: controller.signal }).steps;
    await aborted.next();
    controller.abort();
    await expect(lastOf(aborted)).rejects.toMatchObject({ code: 'aborted' });
    const left = run(store, { reply: 'One. Two. Three.' }).steps;
    await left.next();
    await left.return({ text: '', raw: '' });
    const failing = run(store, { document: 'word '.repeat(20_000) });
    await expect(lastOf(failing.steps)).rejects.toMatchObject({ code: 'context_overflow' });
    const { engine, steps } = run(store);
    expect(await lastOf(steps)).toMatchObject({ text: 'All is well.' });
    expect(engine.requests).toHaveLength(1);
  });

  test('a store that fails, fails the run, before it pays where it can', async () => {
    const broken = () => Promise.reject(new Error('connection lost'));
    const unread = run({ get: broken, set: broken });
    await expect(lastOf(unread.steps)).rejects.toMatchObject({ code: 'upstream_failed' });
    expect(unread.engine.requests).toHaveLength(0);
    await expect(lastOf(run({ get: async () => undefined, set: broken }).steps)).rejects.toMatchObject({ code: 'upstream_failed' });
  });

  describe('a document of many chunks', () => {
    const sentences = Array.from({ length: 1_000 }, (_, index) => `Part ${(index * 7_919) % 1_009} of the report says that ${(index * 104_729) % 10_007} came. `);

    /** Notes on all chunks; aborted once so many calls were made. */
    async function read(store: Store, text: string, abortAfter = Infinity) {
      const controller = new AbortController();
      const engine = fakeEngine({
        reply({ prompt }) {
          if (engine.requests.length >= abortAfter) controller.abort();
          return `Note ${/Part \d+/.exec(JSON.stringify(prompt))?.[0]} is done.`;
        },
      });
      const model = createModel(engine);
      const marker = createMarker(text);
      const chunks = await chunkText(text, { model, maxTokens: 400, stable: true });
      const note = (document: string, signal: AbortSignal) => {
        const prompt = () => buildPrompt({ system: 'You write.', document, marker, instruction });
        return lastOf(generateGuarded(model, { prompt, guards: { marker, source: document }, maxTokens: 50, store, signal }));
      };
      const notes = await lastOf(mapChunks(chunks, (chunk, signal) => note(chunk.text, signal), { concurrency: model.slots, signal: controller.signal })).catch(() => undefined);
      return { notes, chunks, asked: engine.requests.length };
    }

    test('stopped anywhere, it goes on where it was and ends the same', async () => {
      const whole = await read(createMemoryStore(), sentences.join(''));
      expect(whole.notes).toHaveLength(whole.chunks.length);
      expect(whole.asked).toBe(whole.chunks.length);
      expect(whole.asked).toBeGreaterThan(25);
      for (const abortAfter of [1, 6, 13, 20, 25]) {
        const kept = new Set<string>();
        const memory = createMemoryStore();
        const store: Store = {
          get: memory.get,
          async set(key, value) {
            await memory.set(key, value);
            kept.add(key);
          },
        };
        const stopped = await read(store, sentences.join(''), abortAfter);
        expect(stopped.notes).toBeUndefined();
        const before = kept.size;
        expect(before).toBeGreaterThanOrEqual(abortAfter - 4);
        const resumed = await read(store, sentences.join(''));
        expect(resumed.asked).toBe(whole.chunks.length - before);
        expect(resumed.notes).toEqual(whole.notes);
      }
    });

    test('edited anywhere, it asks about the chunks around the edit only', async () => {
      for (const place of [0, 100, 500, 999]) {
        const store = createMemoryStore();
        const { chunks } = await read(store, sentences.join(''));
        const edited = sentences.with(place, 'Something else entirely was said here. ').join('');
        const again = await read(store, edited);
        expect(again.asked).toBeGreaterThan(0);
        expect(again.asked).toBeLessThanOrEqual(6);
        expect((await read(createMemoryStore(), edited)).notes).toEqual(again.notes);
        expect(again.notes).toHaveLength(again.chunks.length);
        expect(chunks.length - again.asked).toBeGreaterThan(20);
      }
    });
  });
});

test.each([
  ['One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.', ['the text'], ['the text']],
  ['<|im_start|>', ['the text'], undefined],
])('a second attempt keeps out what the first did where that one was a copy: %s', async (reply, first, second) => {
  const engine = fakeEngine({ reply: () => reply, can: { avoid: true } });
  const source = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.';
  await lastOf(generateGuarded(createModel(engine), { prompt: () => [{ role: 'user', content: 'x' }], guards: { source }, maxTokens: 100, avoid: ['the text'] }));
  expect(engine.requests.map(({ avoid }) => avoid)).toEqual([first, second]);
});

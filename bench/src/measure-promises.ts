import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fromPretrained, type Model } from '@glm-tasks/core';
import { createPrompts, type MakePrompts } from './make-prompts.ts';
import { median, printTable } from './table.ts';

/** What the engine promises beside speed: reuse of prefixes, a free event loop, equal text in a batch. */
export async function measurePromises(label: string, folder: string, rounds: number): Promise<void> {
  const makePrompts = createPrompts(folder);
  const model = await fromPretrained(folder);
  try {
    const [first, second] = await measurePrefix(model, makePrompts, rounds);
    printTable(`${label}: promises`, ['what', 'measured'], [
      ['time to first token, 950 tokens, nothing known, ms', first],
      ['time to first token, 900 of 950 tokens known, ms', second],
      ['faster by', `${(first / second).toFixed(1)}x`],
      ['event loop delay of the caller during a 2,700-token prefill, p99, ms', await measureEventLoop(model, makePrompts)],
      ['8 prompts in one batch with the text they get alone', `${await countEqual(model, makePrompts)} of 8`],
    ]);
  } finally {
    await model.dispose();
  }
}

async function measurePrefix(model: Model, makePrompts: MakePrompts, rounds: number): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const shared = makePrompts(1, 950)[0]!.slice(0, 900);
    const [one, other] = makePrompts(2, 90).map((prompt) => [...shared, ...prompt.slice(-50)]);
    times[0].push(await timeToFirstToken(model, one!));
    times[1].push(await timeToFirstToken(model, other!));
  }
  return [median(times[0]), median(times[1])];
}

async function timeToFirstToken(model: Model, prompt: number[]): Promise<number> {
  const start = performance.now();
  for await (const part of model.stream(prompt, { maxTokens: 4 })) if (part.type === 'text-delta') break;
  return performance.now() - start;
}

async function measureEventLoop(model: Model, makePrompts: MakePrompts): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await timeToFirstToken(model, makePrompts(1, 2700)[0]!);
  delay.disable();
  return delay.percentile(99) / 1e6;
}

async function countEqual(model: Model, makePrompts: MakePrompts): Promise<number> {
  const prompts = [30, 40, 60, 100, 200, 300, 400, 500].flatMap((tokens, index) => makePrompts(8, tokens).slice(index, index + 1));
  const alone: string[] = [];
  for (const prompt of prompts) alone.push((await model.generate(prompt, { maxTokens: 96 })).text);
  const together = await Promise.all(prompts.map((prompt) => model.generate(prompt, { maxTokens: 96 })));
  return together.filter(({ text }, index) => text === alone[index]).length;
}

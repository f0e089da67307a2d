import { fromPretrained, type Message, type Model } from '@glm-tasks/core';
import { z } from 'zod';
import { makeObjectCases, type ObjectCase } from './object-cases.ts';
import { median, printTable } from './table.ts';

const MOST_TOKENS = 400;
const STREAMS = 8;

interface Run {
  texts: string[];
  ends: ('stop' | 'length')[];
  tokens: number[];
  /** From the first text to the end of all. */
  milliseconds: number;
}

interface Outcome {
  whole: number;
  parsed: number;
  valid: number;
}

/** Objects held to their schema: how many are right, and what the constraint costs beside free text of the same length. */
export async function measureObjects(label: string, folder: string, objects: number): Promise<void> {
  const cases = makeObjectCases(Math.ceil(objects / 10));
  const model = await fromPretrained(folder);
  try {
    const compile = [];
    for (const item of cases) compile.push(await measureCompile(model, item));
    const rows: (string | number)[][] = [];
    const costs = { held: 0, heldTokens: 0, free: 0, freeTokens: 0 };
    const total: Outcome = { whole: 0, parsed: 0, valid: 0 };
    for (const [index, item] of cases.entries()) {
      const outcome: Outcome = { whole: 0, parsed: 0, valid: 0 };
      const tokens: number[] = [];
      let last: number[] | undefined;
      for (let at = 0; at < item.prompts.length; at += STREAMS) {
        // Every second group runs the free text first, as long as the objects of the group before.
        const prompts = item.prompts.slice(at, at + STREAMS);
        const [held, free] = await runBoth(model, item, prompts, (at / STREAMS) % 2 === 1 ? last?.slice(0, prompts.length) : undefined);
        judge(item, held, outcome);
        last = held.tokens;
        tokens.push(...held.tokens);
        costs.held += held.milliseconds;
        costs.heldTokens += sum(held.tokens);
        costs.free += free.milliseconds;
        costs.freeTokens += sum(free.tokens);
      }
      for (const key of ['whole', 'parsed', 'valid'] as const) total[key] += outcome[key];
      rows.push([item.name, item.prompts.length, outcome.whole, outcome.parsed, outcome.valid, median(tokens), Math.round(compile[index]!)]);
      console.error(rows.at(-1)!.join(' · '));
    }
    const count = sum(cases.map((item) => item.prompts.length));
    rows.push(['all', count, total.whole, total.parsed, total.valid, '', '']);
    printTable(`${label}: objects, constrained`, ['schema', 'objects', 'whole', 'parsed', 'valid (zod)', 'tokens, median', 'first request after ms'], rows);
    const eight = [costs.free / costs.freeTokens, costs.held / costs.heldTokens];
    const one = await measureOneStream(model, cases);
    printTable(`${label}: cost of the constraint, in turn with free text`, ['', 'free text, ms a token', 'constrained, ms a token', 'cost'], [
      [`${STREAMS} streams`, ...eight, percent(eight)],
      ['1 stream', ...one, percent(one)],
    ]);
  } finally {
    await model.dispose();
  }
}

/** What the first request of a schema waits longer than the second. The first of all loads the library too. */
async function measureCompile(model: Model, item: ObjectCase): Promise<number> {
  const times: number[] = [];
  for (const prompt of item.prompts.slice(0, 2)) {
    const start = performance.now();
    await run(model, item, [prompt], [1], true);
    times.push(performance.now() - start);
  }
  return times[0]! - times[1]!;
}

async function measureOneStream(model: Model, cases: ObjectCase[]): Promise<[number, number]> {
  const times = { held: [0, 0], free: [0, 0] };
  for (const [index, item] of cases.entries()) {
    const prompts = item.prompts.slice(0, 1);
    const lengths = index % 2 === 1 ? (await run(model, item, prompts, [MOST_TOKENS], true)).tokens : undefined;
    const [held, free] = await runBoth(model, item, prompts, lengths);
    for (const [key, { milliseconds, tokens }] of [['held', held], ['free', free]] as const) times[key] = [times[key][0]! + milliseconds, times[key][1]! + sum(tokens) - 1];
  }
  return [times.free[0]! / times.free[1]!, times.held[0]! / times.held[1]!];
}

/** Constrained, then free text of the same lengths; the other way round where lengths are given. All prompts are read before. */
async function runBoth(model: Model, item: ObjectCase, prompts: string[], lengths?: number[]): Promise<[held: Run, free: Run]> {
  const once = prompts.map(() => 1);
  for (const held of [true, false]) await run(model, item, prompts, once, held);
  const runHeld = (): Promise<Run> => run(model, item, prompts, prompts.map(() => MOST_TOKENS), true);
  if (lengths === undefined) {
    const held = await runHeld();
    return [held, await run(model, item, prompts, held.tokens, false)];
  }
  const free = await run(model, item, prompts, lengths, false);
  return [await runHeld(), free];
}

async function run(model: Model, item: ObjectCase, prompts: string[], most: number[], held: boolean): Promise<Run> {
  const schema = z.toJSONSchema(item.schema) as Record<string, unknown>;
  const texts = prompts.map(() => '');
  const ends: Run['ends'] = prompts.map(() => 'length');
  const tokens = prompts.map(() => 0);
  let first = Infinity;
  await Promise.all(
    prompts.map(async (prompt, index) => {
      // Guesses would help the one more than the other.
      const options = { maxTokens: most[index]!, promptLookup: false, ...(held ? { json: { rung: 'constrained', schema } as const } : {}) };
      for await (const part of model.stream(makeMessages(item, prompt, schema, held), options)) {
        first = Math.min(first, performance.now());
        if (part.type === 'text-delta') texts[index] += part.text;
        else [ends[index], tokens[index]] = [part.finishReason, part.usage.outputTokens];
      }
    }),
  );
  return { texts, ends, tokens, milliseconds: performance.now() - first };
}

function makeMessages(item: ObjectCase, prompt: string, schema: object, held: boolean): Message[] {
  return held
    ? [
        { role: 'system', content: 'You answer with one JSON object and nothing else.' },
        { role: 'user', content: `${prompt}\nAnswer in JSON of this schema: ${JSON.stringify(schema)}` },
      ]
    : [
        { role: 'system', content: 'You are a writer. You answer with long texts.' },
        { role: 'user', content: `${prompt}\nBut first write a story of 500 words about this, in whole sentences, without lists: ${item.name}, ${JSON.stringify(schema)}` },
      ];
}

function judge(item: ObjectCase, { texts, ends }: Run, outcome: Outcome): void {
  texts.forEach((text, index) => {
    if (ends[index] === 'stop') outcome.whole++;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      console.error(`${item.name}: no JSON: ${text}`);
      return;
    }
    outcome.parsed++;
    const { success, error } = item.schema.safeParse(value);
    if (success) outcome.valid++;
    else console.error(`${item.name}: ${error.message}: ${text}`);
  });
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const percent = ([free, held]: number[]): string => `${((held! / free! - 1) * 100).toFixed(1)} %`;

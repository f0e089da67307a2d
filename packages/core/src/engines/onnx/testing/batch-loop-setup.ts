import type { Part, Scored } from '../../../engine.ts';
import { createBatchLoop, type BatchLoop, type Job } from '../batch-loop.ts';
import type { GraphSession, StepResult } from '../graph-session.ts';
import { createKeyValueCache } from '../key-value-cache.ts';
import type { MemoryPlan } from '../memory-plan.ts';
import type { ModelFolder } from '../model-folder.ts';
import { createPrefixStore } from '../prefix-store.ts';

export const VOCABULARY = 97;
export const END = 0;
const model = { layers: 1, keyValueHeads: 1, headDimension: 1, vocabularySize: VOCABULARY } as ModelFolder;

/** A model whose next token depends on every token before it, read from the cache: a wrong cache gives a wrong text. */
export const nextToken = (tokens: readonly number[]): number => tokens.reduce((hash, token, place) => (hash * 31 + token * (place + 7)) % VOCABULARY, 5);

export function continueAlone(prompt: number[], maxTokens: number): number[] {
  const tokens = [...prompt];
  while (tokens.length - prompt.length < maxTokens) {
    tokens.push(nextToken(tokens));
    if (tokens.at(-1) === END) break;
  }
  return tokens.slice(prompt.length).filter((token) => token !== END);
}

export interface SetUp {
  loop: BatchLoop;
  session: GraphSession;
  parts: Map<number, Part[]>;
  failures: number[];
  scored: Map<number, Scored[]>;
  /** Resolves once so many requests are over, however they ended. */
  ended(count: number): Promise<void>;
  tokensOf(id: number): number[];
  /** How many tokens each step computed. */
  widths: number[];
}

/** @param guessCost what a guessed token adds to a step, in steps, by the clock of the loop. */
export function setUp(slots = 4, contextLength = 2048, next = nextToken, guessCost = 0.25): SetUp {
  let clock = 0;
  const cache = createKeyValueCache(model, slots, contextLength);
  const widths: number[] = [];
  const session: GraphSession = {
    async step(target, from, rows, wanted) {
      await new Promise((resolve) => setImmediate(resolve));
      widths.push(rows.length * rows[0]!.tokens.length);
      clock += 10;
      return rows.flatMap((row, index) => {
        const past = [...target.rows(0, 'key', from + index, 1).subarray(0, row.past)];
        for (const kind of ['key', 'value'] as const) target.append(0, kind, from + index, row.past, Float32Array.from(row.tokens));
        const logits = new Float32Array(VOCABULARY);
        const likeliest = next([...past, ...row.tokens]);
        logits[likeliest] = 1;
        return wanted === 'nothing' ? [] : [{ likeliest, top: wanted === 'top' ? [likeliest, (likeliest + 1) % VOCABULARY] : undefined, logits: wanted === 'logits' ? logits : undefined }];
      });
    },
    async stepAll(target, at, { tokens, past }) {
      const results: StepResult[] = [];
      for (const [index, token] of tokens.entries()) results.push(...(await session.step(target, at, [{ tokens: [token], past: past + index }], 'logits')));
      widths.push(tokens.length);
      return results;
    },
    async stepApart(target, at, { tokens, past }) {
      const results = await session.stepAll(target, at, { tokens, past });
      widths.splice(-tokens.length - 1, tokens.length);
      clock -= (tokens.length - 1) * 10 * (1 - guessCost);
      return results.map(({ likeliest }) => ({ likeliest, top: undefined, logits: undefined }));
    },
    release: async () => {},
  };
  const parts = new Map<number, Part[]>();
  const failures: number[] = [];
  const scored = new Map<number, Scored[]>();
  let notify = (): void => {};
  const plan: MemoryPlan = { slots, contextLength, prefixTokens: contextLength, bytes: 0 };
  const loop = createBatchLoop({
    session,
    cache,
    prefixes: createPrefixStore(plan.prefixTokens),
    plan,
    eosTokenIds: [END],
    now: () => clock,
    decode: (tokens) => tokens.map((token) => String.fromCharCode(0x4e00 + token)).join(''),
    show: (token) => String.fromCharCode(0x4e00 + token),
    report: (id, scores) => void (scored.set(id, scores), notify()),
    emit(id, part) {
      parts.set(id, [...(parts.get(id) ?? []), part]);
      if (part.type === 'end') notify();
    },
    fail: (ids) => void (failures.push(...ids), notify()),
  });
  const ended = (count: number): Promise<void> =>
    new Promise((resolve) => {
      notify = () => {
        const done = [...parts.values()].filter((list) => list.at(-1)?.type === 'end').length + failures.length + scored.size;
        if (done >= count) resolve();
      };
      notify();
    });
  const tokensOf = (id: number): number[] => (parts.get(id) ?? []).flatMap((part) => (part.type === 'text-delta' ? [...part.text].map((character) => character.charCodeAt(0) - 0x4e00) : []));
  return { loop, session, parts, failures, scored, ended, tokensOf, widths };
}

// Top-k of one draws the likeliest token, but needs the logits to do so.
export const job = (id: number, prompt: number[], maxTokens: number, sampled = false): Job => ({ id, prompt, request: sampled ? { maxTokens, temperature: 1, topK: 1 } : { maxTokens } });

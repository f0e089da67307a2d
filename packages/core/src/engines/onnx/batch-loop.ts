import type { GenerateRequest, Part } from '../../engine.ts';
import type { GraphSession, StepResult, Wanted } from './graph-session.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { commonPrefixLength, SHORTEST_PREFIX, type PrefixStore } from './prefix-store.ts';
import { createSampler, isGreedy, type Sampler } from './sampler.ts';
import { createTextStream, type TextStream } from './text-stream.ts';

/** A request whose prompt has been turned into tokens. */
export interface Job {
  id: number;
  prompt: number[];
  request: Omit<GenerateRequest, 'prompt' | 'signal'>;
}

export interface BatchLoop {
  add(job: Job): void;
  /** Frees the row (or the place in the line) of a request before the next step. */
  abort(id: number): void;
}

export interface BatchLoopParts {
  session: GraphSession;
  cache: KeyValueCache;
  prefixes: PrefixStore;
  plan: MemoryPlan;
  eosTokenIds: readonly number[];
  decode(tokens: number[]): string;
  emit(id: number, part: Part): void;
  /** The step failed: its rows are gone. */
  fail(ids: number[], error: unknown): void;
}

interface Row {
  job: Job;
  /** Prompt and output so far. The last token of a decoding row is not in the cache yet. */
  tokens: number[];
  /** Tokens whose keys and values are in the cache. */
  filled: number;
  cached: number;
  limit: number;
  /** None for a greedy row. */
  sampler: Sampler | undefined;
  text: TextStream;
}

// A prefill advances by this many tokens between the steps of running rows and between looks for an abort. Larger slices
// are not faster (0.5B, 900 and 2,700 tokens in slices of 128 to all: within 5 %, the noise of the machine).
const SLICE = 256;
const SMALLEST_SLICE = 16;

/**
 * Continuous batching: requests join and leave between steps. Rows lie side by side in the cache, decoding rows first,
 * at most one prefilling row behind them; all decoding rows advance by one token a step, whatever their lengths.
 */
export function createBatchLoop({ session, cache, prefixes, plan, eosTokenIds, decode, emit, fail }: BatchLoopParts): BatchLoop {
  const waiting: Job[] = [];
  let rows: Row[] = [];
  let aborted = new Set<number>();
  let running = false;

  const isPrefilling = (row: Row): boolean => row.filled < row.tokens.length - 1 || row.tokens.length === row.job.prompt.length;

  function admit(): void {
    const job = waiting.shift()!;
    const at = rows.length;
    const [source, shared] = findPrefix(job.prompt);
    const row: Row = {
      job,
      tokens: [...job.prompt],
      filled: shared,
      cached: shared,
      limit: Math.min(job.request.maxTokens ?? Infinity, plan.contextLength - job.prompt.length),
      sampler: isGreedy(job.request) ? undefined : createSampler(job.request, job.prompt),
      text: createTextStream(decode, job.request.stop ?? []),
    };
    rows.push(row);
    fitCapacity(job.prompt.length + 1);
    source?.(at);
  }

  /**
   * How to fill a row with the longest known beginning of the prompt. The attention kernel rounds differently for one new
   * token than for several, so only what a prefill computed is reused, and two tokens are left to compute: then a greedy
   * text does not depend on what ran before or beside it.
   */
  function findPrefix(prompt: number[]): [copy: ((to: number) => void) | undefined, length: number] {
    const usable = prompt.slice(0, -2);
    const lengths = rows.map((row) => Math.min(row.filled, commonPrefixLength(row.job.prompt, usable)));
    const longest = Math.max(SHORTEST_PREFIX - 1, ...lengths);
    const kept = prefixes.find(usable);
    if (kept !== undefined && kept.length > longest) return [(to) => cache.insert(to, kept.block, kept.length), kept.length];
    const from = lengths.indexOf(longest);
    return from === -1 ? [undefined, 0] : [(to) => cache.copyRow(from, to, longest), longest];
  }

  function fitCapacity(atLeast: number): void {
    const need = Math.max(atLeast, ...rows.map((row) => row.tokens.length + 1));
    if (need > cache.capacity || need * 2 < cache.capacity) cache.resize(need, rows.map((row) => row.filled));
  }

  /** Takes a row out; its place is filled from behind so that decoding rows stay side by side. */
  function remove(index: number): void {
    const { job, filled } = rows[index]!;
    const prefilled = Math.min(filled, job.prompt.length);
    prefixes.keep(job.prompt.slice(0, prefilled), () => cache.extract(index, prefilled));
    for (let hole = index; hole < rows.length - 1; ) {
      const decoding = rows.findLastIndex((row) => !isPrefilling(row));
      const next = decoding > hole ? decoding : rows.length - 1;
      cache.copyRow(next, hole, rows[next]!.filled);
      rows[hole] = rows[next]!;
      hole = next;
    }
    rows.pop();
  }

  async function prefillSlice(budget: number): Promise<number> {
    const index = rows.length - 1;
    const row = rows[index]!;
    const left = row.tokens.length - row.filled;
    // Never one token alone, see findPrefix.
    const width = left === budget + 1 ? budget - 1 : budget;
    const tokens = row.tokens.slice(row.filled, row.filled + width);
    const last = row.filled + tokens.length === row.tokens.length;
    const [result] = await session.step(cache, index, [{ tokens, past: row.filled }], last ? wantedBy([row]) : 'nothing');
    row.filled += tokens.length;
    if (result !== undefined) accept(index, result);
    return tokens.length;
  }

  async function decodeStep(count: number): Promise<void> {
    fitCapacity(0);
    const batch = rows.slice(0, count);
    const results = await session.step(cache, 0, batch.map((row) => ({ tokens: row.tokens.slice(-1), past: row.filled })), wantedBy(batch));
    for (const row of batch) row.filled++;
    // From the back, so that a row that ends does not move the ones still to be looked at.
    for (let index = count - 1; index >= 0; index--) accept(index, results[index]!);
  }

  function accept(index: number, { likeliest, logits }: StepResult): void {
    const row = rows[index]!;
    const token = row.sampler === undefined ? likeliest : row.sampler(logits!);
    row.tokens.push(token);
    if (eosTokenIds.includes(token)) return finish(index, 'stop');
    const { text, stopped } = row.text.push(token);
    if (text !== '') emit(row.job.id, { type: 'text-delta', text });
    if (stopped) return finish(index, 'stop');
    if (row.tokens.length - row.job.prompt.length >= row.limit) finish(index, 'length');
  }

  function finish(index: number, finishReason: 'stop' | 'length'): void {
    const row = rows[index]!;
    const text = row.text.flush();
    if (text !== '') emit(row.job.id, { type: 'text-delta', text });
    const inputTokens = row.job.prompt.length;
    emit(row.job.id, { type: 'end', finishReason, usage: { inputTokens, outputTokens: row.tokens.length - inputTokens, cachedTokens: row.cached, calls: 1 } });
    remove(index);
  }

  function dropAborted(): void {
    for (let index = rows.length - 1; index >= 0; index--) if (aborted.has(rows[index]!.job.id)) remove(index);
    for (let index = waiting.length - 1; index >= 0; index--) if (aborted.has(waiting[index]!.id)) waiting.splice(index, 1);
    aborted = new Set();
  }

  async function runOnce(): Promise<void> {
    dropAborted();
    const decoding = (): number => rows.filter((row) => !isPrefilling(row)).length;
    for (let budget = SLICE; budget >= SMALLEST_SLICE; ) {
      if (decoding() === rows.length) {
        if (waiting.length === 0 || rows.length === plan.slots) break;
        admit();
      }
      budget -= await prefillSlice(budget);
    }
    const count = decoding();
    if (count > 0) await decodeStep(count);
  }

  async function run(): Promise<void> {
    running = true;
    while (rows.length > 0 || waiting.length > 0) {
      try {
        await runOnce();
      } catch (error) {
        const ids = rows.map((row) => row.job.id);
        rows = [];
        fail(ids, error);
      }
    }
    running = false;
  }

  return {
    add(job) {
      waiting.push(job);
      if (!running) void run();
    },
    abort: (id) => void aborted.add(id),
  };
}

const wantedBy = (rows: readonly Row[]): Wanted => (rows.some((row) => row.sampler !== undefined) ? 'logits' : 'likeliest');

import type { GenerateRequest, Part, Scored } from '../../engine.ts';
import { createChooser, type Chooser } from './choose-token.ts';
import type { Constraint } from './constraint.ts';
import type { GraphSession, StepResult, Wanted } from './graph-session.ts';
import { createGuesser, type Guesser } from './guesser.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { commonPrefixLength, SHORTEST_PREFIX, type PrefixStore } from './prefix-store.ts';
import { scoreContinuations, type ScoreStep } from './score.ts';
import { createTextStream, type TextStream } from './text-stream.ts';

/** A request whose prompt has been turned into tokens. */
export interface Job {
  id: number;
  prompt: number[];
  request: Omit<GenerateRequest, 'prompt' | 'signal'>;
  /** What the output is held to; disposed when the job is over. */
  constraint?: Constraint;
  warnings?: string[];
  /** To be scored; then nothing is generated. */
  continuations?: number[][];
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
  /** A token alone as text. */
  show(token: number): string;
  emit(id: number, part: Part): void;
  report(id: number, scores: Scored[]): void;
  /** The step failed: its rows are gone. */
  fail(ids: number[], error: unknown): void;
  /** Milliseconds since whenever. @default performance.now */
  now?: () => number;
}

interface Row {
  job: Job;
  /** Prompt and output so far. The last token of a decoding row is not in the cache yet. */
  tokens: number[];
  /** Tokens whose keys and values are in the cache. */
  filled: number;
  cached: number;
  limit: number;
  /** Room behind the tokens that the next step may fill. */
  spare: number;
  chooser: Chooser;
  /** For greedy rows. */
  guesser: Guesser | undefined;
  guesses: { made: number; accepted: number };
  text: TextStream;
  /** The scoring of a row whose prompt has been read. */
  scoring?: ReturnType<typeof scoreContinuations>;
  scoreStep?: ScoreStep;
}

// A prefill advances by this many tokens between the steps of running rows and between looks for an abort. Larger slices
// are not faster (0.5B, 900 and 2,700 tokens in slices of 128 to all: within 5 %, the noise of the machine).
const SLICE = 256;
const SMALLEST_SLICE = 16;

/**
 * Continuous batching: requests join and leave between steps. Rows lie side by side in the cache, decoding rows first,
 * at most one prefilling row behind them; all decoding rows advance by one token a step, whatever their lengths.
 */
export function createBatchLoop({ session, cache, prefixes, plan, eosTokenIds, decode, show, emit, report, fail, now = () => performance.now() }: BatchLoopParts): BatchLoop {
  const waiting: Job[] = [];
  let rows: Row[] = [];
  let aborted = new Set<number>();
  let running = false;

  const isPrefilling = (row: Row): boolean => row.filled < row.tokens.length - 1 || row.tokens.length === row.job.prompt.length;

  function admit(): void {
    const job = waiting.shift()!;
    const at = rows.length;
    const [source, shared] = findPrefix(job.prompt);
    const tokens = [...job.prompt];
    const chooser = createChooser({ request: job.request, prompt: job.prompt, constraint: job.constraint, eosTokenIds, show });
    const row: Row = {
      job,
      tokens,
      filled: shared,
      cached: shared,
      limit: Math.min(job.request.maxTokens ?? Infinity, plan.contextLength - job.prompt.length),
      spare: Math.max(1, ...(job.continuations ?? []).map((tokens) => tokens.length)),
      chooser,
      guesser: chooser.wanted !== 'logits' && job.continuations === undefined && job.request.promptLookup !== false ? createGuesser(tokens) : undefined,
      guesses: { made: 0, accepted: 0 },
      text: createTextStream(decode, job.request.stop ?? []),
    };
    rows.push(row);
    fitCapacity();
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

  function fitCapacity(): void {
    const need = Math.max(...rows.map((row) => row.tokens.length + row.spare));
    if (need > cache.capacity || need * 2 < cache.capacity) cache.resize(need, rows.map((row) => row.filled));
  }

  /** Takes a row out; its place is filled from behind so that decoding rows stay side by side. */
  function remove(index: number): void {
    const { job, filled } = rows[index]!;
    job.constraint?.dispose();
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
    // A first token is often not what the form wants, and to read the slice again for its logits would cost more than they do.
    const wanted = row.chooser.wanted === 'likeliest' && row.job.continuations === undefined ? 'likeliest' : 'logits';
    const step = session.step(cache, index, [{ tokens, past: row.filled }], last ? wanted : 'nothing');
    const [[result]] = await Promise.all([step, last && row.job.constraint?.prepare()]);
    row.filled += tokens.length;
    if (result === undefined) return tokens.length;
    if (row.job.continuations === undefined) accept(index, result);
    else advanceScore(index, (row.scoring = scoreContinuations(result.logits!, row.job.continuations)).next());
    return tokens.length;
  }

  async function scoreSlice(): Promise<number> {
    const index = rows.length - 1;
    const { scoring, scoreStep, filled } = rows[index]!;
    const { tokens, after } = scoreStep!;
    advanceScore(index, scoring!.next(await session.stepAll(cache, index, { tokens, past: filled + after })));
    return tokens.length;
  }

  function advanceScore(index: number, { done, value }: IteratorResult<ScoreStep, Scored[]>): void {
    if (!done) return void (rows[index]!.scoreStep = value);
    report(rows[index]!.job.id, value);
    remove(index);
  }

  async function decodeStep(count: number): Promise<void> {
    fitCapacity();
    const batch = rows.slice(0, count);
    const step = (wanted: Wanted): Promise<StepResult[]> => session.step(cache, 0, batch.map((row) => ({ tokens: row.tokens.slice(-1), past: row.filled })), wanted);
    const began = now();
    let [results] = await Promise.all([step(wantedBy(batch)), ...batch.map((row) => row.job.constraint?.prepare())]);
    if (rows.length === 1) rows[0]!.guesser?.time(now() - began);
    // Rare: the form wants none of the likeliest tokens. The same step gives the same keys and values.
    if (batch.some((row, index) => row.chooser.needsLogits(results[index]!))) results = await step('logits');
    for (const row of batch) row.filled++;
    // From the back, so that a row that ends does not move the ones still to be looked at.
    for (let index = count - 1; index >= 0; index--) accept(index, results[index]!);
  }

  /**
   * A stream alone waits for memory at every step, so that a few guessed tokens cost little, and each that is right saves a step. They are
   * computed as if one came after the other: the text is the same with them and without. False where that brought nothing.
   */
  async function guessStep(): Promise<boolean> {
    const row = rows[0]!;
    const guessed = row.guesser?.guess(row.job.prompt.length + row.limit - row.tokens.length - 1) ?? [];
    if (guessed.length === 0) return false;
    row.spare = guessed.length + 1;
    fitCapacity();
    row.guesses.made += guessed.length;
    const before = row.filled;
    const began = now();
    const results = await session.stepApart(cache, 0, { tokens: [row.tokens.at(-1)!, ...guessed], past: row.filled });
    const milliseconds = now() - began;
    let accepted = 0;
    for (const [at, result] of results.entries()) {
      await row.job.constraint?.prepare();
      // What the model wants here is not allowed: a step of its own finds what is.
      if (row.chooser.needsLogits(result)) break;
      const right = result.likeliest === guessed[at];
      if (right) accepted++;
      row.guesses.accepted += Number(right);
      row.filled++;
      accept(0, result);
      if (!right || rows[0] !== row) break;
    }
    row.guesser!.learn(accepted, milliseconds);
    return row.filled > before;
  }

  function accept(index: number, result: StepResult): void {
    const row = rows[index]!;
    const token = row.chooser.choose(result);
    row.tokens.push(token);
    if (eosTokenIds.includes(token)) return finish(index, 'stop');
    const { text, stopped } = row.text.push(token);
    if (text !== '') emit(row.job.id, { type: 'text-delta', text });
    if (stopped || row.job.constraint?.accept(token)) return finish(index, 'stop');
    if (row.tokens.length - row.job.prompt.length >= row.limit) finish(index, 'length');
  }

  function finish(index: number, finishReason: 'stop' | 'length'): void {
    const { job, tokens, cached, chooser, guesses, text } = rows[index]!;
    const rest = text.flush();
    if (rest !== '') emit(job.id, { type: 'text-delta', text: rest });
    const inputTokens = job.prompt.length;
    emit(job.id, {
      type: 'end',
      finishReason,
      usage: { inputTokens, outputTokens: tokens.length - inputTokens, cachedTokens: cached, calls: 1 },
      ...(chooser.logprobs ? { logprobs: chooser.logprobs } : {}),
      ...(job.request.outputIds ? { outputIds: tokens.slice(inputTokens) } : {}),
      ...(guesses.made > 0 ? { guesses } : {}),
      ...(job.warnings?.length ? { warnings: job.warnings } : {}),
    });
    remove(index);
  }

  function dropAborted(): void {
    for (let index = rows.length - 1; index >= 0; index--) if (aborted.has(rows[index]!.job.id)) remove(index);
    for (let index = waiting.length - 1; index >= 0; index--) if (aborted.has(waiting[index]!.id)) waiting.splice(index, 1)[0]!.constraint?.dispose();
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
      budget -= rows.at(-1)!.scoring === undefined ? await prefillSlice(budget) : await scoreSlice();
    }
    const count = decoding();
    const alone = count === 1 && rows.length === 1 && waiting.length === 0;
    if (count > 0 && !(alone && (await guessStep()))) await decodeStep(count);
  }

  async function run(): Promise<void> {
    running = true;
    while (rows.length > 0 || waiting.length > 0) {
      try {
        await runOnce();
      } catch (error) {
        const jobs = rows.map((row) => row.job);
        rows = [];
        jobs.forEach((job) => job.constraint?.dispose());
        fail(jobs.map((job) => job.id), error);
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

const wantedBy = (rows: readonly Row[]): Wanted => (['logits', 'top'] as const).find((wanted) => rows.some((row) => row.chooser.wanted === wanted)) ?? 'likeliest';

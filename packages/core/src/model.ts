import type { z } from 'zod';
import { TaskError } from '@glm-tasks/weights';
import { checkPrompt, checkRequest, cleanText } from './check-request.ts';
import { choose } from './choose.ts';
import { collectParts, drain, type Generated } from './collect-parts.ts';
import type { Engine, GenerateRequest, Message, Part, Scored } from './engine.ts';
import { createScheduler, type Schedule } from './scheduler.ts';
import { streamObject, type ObjectPart } from './stream-object.ts';
import { createObjectGenerator, type GeneratedObject, type ObjectOptions } from './structured-output.ts';

export interface RunOptions extends Omit<GenerateRequest, 'prompt' | 'choices'> {
  /**
   * The text is exactly one of these. Engines that can are held to them. Others that can score take the likeliest at once, greedily. The rest is
   * told them in the prompt, and once more after an answer that is none of them; then `output_invalid`.
   */
  choices?: string[];
  /** Higher runs first among the waiting. @default 0 */
  priority?: number;
  /** Milliseconds from the call to its last token; then `timeout`. @default none */
  deadline?: number;
}

/** What `generateTokens` takes: the sampling of a request without the options that are about text. */
export type TokenOptions = Omit<RunOptions, 'choices' | 'json' | 'stop' | 'logprobs' | 'outputIds'>;

type Prompt = string | Message[] | number[];

export interface Model {
  readonly name: string;
  readonly contextLength: number;
  readonly slots: number;
  generate(prompt: Prompt, options?: RunOptions): Promise<Generated>;
  stream(prompt: Prompt, options?: RunOptions): AsyncIterable<Part>;
  /**
   * An object of the schema's type, always validated by it. The answer is held to JSON as well as the engine can (`rung` of the result says
   * how); one that does not fit is asked for once more with what is wrong with it.
   *
   * @throws TaskError `invalid_input` for a schema JSON cannot express, before any call; `output_invalid` with the answer in `partial` and, in
   *   `details`, `reason: 'schema'` and its `issues`, or `reason: 'length'` where the token limit cut it
   *
   * @example
   * const model = createModel(fakeEngine({ reply: () => '{ "title": "Emma", "year": 1815 }' }));
   * const schema = z.object({ title: z.string(), year: z.int().describe('of the first edition') });
   * const { object, rung } = await model.generateObject('Which book is by Jane Austen?', { schema });
   */
  generateObject<S extends z.core.$ZodType>(prompt: string | Message[], options: ObjectOptions<S>): Promise<GeneratedObject<z.output<S>>>;
  /**
   * The same while it is written: the object so far, each finished element of its arrays, and the validated whole at the end.
   *
   * @example
   * const model = createModel(fakeEngine({ reply: () => '["red", "green"]' }));
   * for await (const part of model.streamObject('Name two colours.', { schema: z.array(z.string()) })) {
   *   if (part.type === 'element') console.log(part.path, part.value); // [0] red, [1] green
   *   if (part.type === 'object') console.log(part.object); // ['red', 'green']
   * }
   */
  streamObject<S extends z.core.$ZodType>(prompt: string | Message[], options: ObjectOptions<S>): AsyncIterable<ObjectPart<S>>;
  /**
   * How likely each continuation is right after the prompt: the sum of the natural log-probabilities of its tokens, and their number.
   *
   * @throws TaskError `invalid_input` where the engine cannot score
   *
   * @example
   * const score = async (_prompt, texts) => texts.map((text) => ({ logprob: -text.length, tokens: 1 }));
   * const model = createModel(fakeEngine({ reply: () => '', score }));
   * const [yes, no] = await model.score('Is the sky blue?', ['Yes', 'No']);
   */
  score(prompt: Prompt, continuations: string[], options?: Schedule): Promise<Scored[]>;
  /**
   * A vector for each text, in their order: what it is about. Vectors have length 1, so that the sum of the products of their numbers is the
   * cosine of the angle between them. Long texts are not cut off: one that is longer than the model reads at once (`contextLength`) is read in
   * windows of equal length, and its vector is the mean of theirs, which blurs what a single passage is about; cut documents into passages.
   *
   * @throws TaskError `invalid_input` where the model writes and does not embed
   *
   * @example
   * const model = createModel(fakeEngine({ reply: () => '', embed: async (texts) => texts.map(() => Float32Array.of(0.6, 0.8)) }));
   * const [cat, kitten] = await model.embed(['A cat sleeps.', 'A kitten naps.']);
   * const cosine = cat.reduce((sum, value, at) => sum + value * kitten[at], 0);
   */
  embed(texts: string[], options?: Schedule): Promise<Float32Array[]>;
  /**
   * The ids of the tokens that follow, greedily unless `temperature` says otherwise; the last is the end token where the model ended by
   * itself. For tools and for comparisons between engines.
   *
   * @throws TaskError `invalid_input` where the engine takes and reports no token ids
   *
   * @example
   * const model = createModel(fakeEngine({ reply: () => ['Good', ' day'] }));
   * const ids = await model.generateTokens([40, 41, 42], { maxTokens: 2 });
   */
  generateTokens(ids: number[], options?: TokenOptions): Promise<number[]>;
  /** One count a text, without special tokens or chat template. `exact` is false where the engine can only estimate. */
  countTokens(texts: string[]): Promise<{ counts: number[]; exact: boolean }>;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ModelOptions {
  /** Requests that may wait for a slot; one more is refused as `overloaded`. @default 1024 */
  backlog?: number;
}

/**
 * Puts the comfort every engine needs on top of it, once: checked requests, a bounded queue, priorities, deadlines, joined text, objects, choices.
 * A failed `generate` carries the text that had arrived as `error.partial`.
 *
 * @example
 * await using model = createModel(fakeEngine({ reply: () => 'Hello.' }));
 * const { text } = await model.generate('Say hello.');
 */
export function createModel(engine: Engine, options: ModelOptions = {}): Model {
  const scheduler = createScheduler(engine.slots, options.backlog);
  const generateSteps = createObjectGenerator(engine, request);
  let disposal: Promise<void> | undefined;

  function request(prompt: Prompt, run: RunOptions): AsyncIterable<Part> {
    refuseDisposed();
    const { avoid, ...checked } = checkRequest(engine, prompt, run);
    if (avoid === undefined || avoid.length === 0) return scheduler.stream((signal) => engine.stream({ ...checked, signal }), run);
    if (engine.can.avoid) return scheduler.stream((signal) => engine.stream({ ...checked, avoid, signal }), run);
    return addWarning(scheduler.stream((signal) => engine.stream({ ...checked, signal }), run), `avoid was not honoured: the engine "${engine.name}" has no such option.`);
  }

  function stream(prompt: Prompt, run: RunOptions = {}): AsyncIterable<Part> {
    if (run.choices === undefined) return request(prompt, run);
    refuseDisposed();
    const { choices = [] } = checkRequest(engine, prompt, run);
    return choose(engine, { stream: request, score }, prompt, { ...run, choices });
  }

  async function score(prompt: Prompt, continuations: string[], run: Schedule = {}): Promise<Scored[]> {
    refuseDisposed();
    if (!engine.score) {
      throw new TaskError('invalid_input', `The engine "${engine.name}" cannot score; load a model that runs on this machine, or use "choices" of generate.`, {
        details: { field: 'score' },
      });
    }
    const checked = checkPrompt(engine, prompt);
    const texts = checkContinuations(continuations);
    if (texts.length === 0) return [];
    const scores = scheduler.stream(async function* (signal) {
      yield await engine.score!(checked, texts, { signal });
    }, run);
    for await (const scored of scores) return scored;
    throw new TaskError('engine_crashed', `The engine "${engine.name}" ended without scores.`);
  }

  async function embed(texts: string[], run: Schedule = {}): Promise<Float32Array[]> {
    refuseDisposed();
    if (!engine.embed) {
      throw new TaskError('invalid_input', `The engine "${engine.name}" cannot embed; load an encoder such as "all-minilm-l6-v2", or a file of word vectors.`, {
        details: { field: 'embed' },
      });
    }
    const checked = checkTexts(texts);
    if (checked.length === 0) return [];
    const vectors = scheduler.stream(async function* (signal) {
      yield await engine.embed!(checked, { signal });
    }, run);
    for await (const ready of vectors) return ready;
    throw new TaskError('engine_crashed', `The engine "${engine.name}" ended without vectors.`);
  }

  async function generateTokens(ids: number[], run: TokenOptions = {}): Promise<number[]> {
    refuseDisposed();
    if (!Array.isArray(ids) || ids.length === 0 || ids.some((id) => typeof id !== 'number')) {
      throw new TaskError('invalid_input', '"ids" is not a list of token ids, or empty.', { details: { field: 'ids' } });
    }
    for await (const part of request(ids, { ...run, outputIds: true })) {
      if (part.type === 'end' && part.outputIds !== undefined) return part.outputIds;
    }
    throw new TaskError('invalid_input', `The engine "${engine.name}" reports no token ids; load a model that runs on this machine.`, { details: { field: 'outputIds' } });
  }

  function refuseDisposed(): void {
    if (!disposal) return;
    throw new TaskError('invalid_input', `The model "${engine.name}" was disposed; load it again with fromPretrained.`);
  }

  function dispose(): Promise<void> {
    scheduler.close(new TaskError('aborted', `The model "${engine.name}" was disposed while the request ran.`));
    disposal ??= engine.dispose();
    return disposal;
  }

  return {
    name: engine.name,
    contextLength: engine.contextLength,
    slots: engine.slots,
    generate: async (prompt, run) => drain(collectParts(engine.name, stream(prompt, run))),
    stream,
    async generateObject(prompt, run) {
      const { written: _, ...generated } = await drain(generateSteps(prompt, run));
      return generated;
    },
    streamObject: (prompt, run) => streamObject(generateSteps, prompt, run),
    score,
    embed,
    generateTokens,
    async countTokens(texts) {
      refuseDisposed();
      return texts.length === 0 ? { counts: [], exact: true } : engine.countTokens(texts.map(cleanText));
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function checkContinuations(continuations: unknown): string[] {
  const wrong = (field: string, wanted: string) => new TaskError('invalid_input', `"${field}" is not ${wanted}.`, { details: { field } });
  if (!Array.isArray(continuations)) throw wrong('continuations', 'a list of texts');
  return continuations.map((text: unknown, index) => {
    if (typeof text !== 'string' || text === '') throw wrong(`continuations[${index}]`, 'a text that is not empty');
    return cleanText(text);
  });
}

function checkTexts(texts: unknown): string[] {
  if (!Array.isArray(texts)) throw new TaskError('invalid_input', '"texts" is not a list of texts.', { details: { field: 'texts' } });
  return texts.map((text: unknown, index) => {
    if (typeof text === 'string') return cleanText(text);
    throw new TaskError('invalid_input', `"texts[${index}]" is not a text.`, { details: { field: `texts[${index}]` } });
  });
}

async function* addWarning(parts: AsyncIterable<Part>, warning: string): AsyncGenerator<Part, void> {
  for await (const part of parts) yield part.type === 'end' ? { ...part, warnings: [...(part.warnings ?? []), warning] } : part;
}

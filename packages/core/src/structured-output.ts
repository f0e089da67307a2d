import type { z } from 'zod';
import { TaskError, isTaskError } from '@glm-tasks/weights';
import { checkRequest } from './check-request.ts';
import { addToError, addUsage, collectParts, type Generated } from './collect-parts.ts';
import { describeSchema } from './describe-schema.ts';
import type { Engine, JsonRung, Message, Part, Usage } from './engine.ts';
import { extractJson } from './extract-json.ts';
import { toObjectForm, type Issue, type ObjectForm } from './json-schema.ts';
import type { RunOptions } from './model.ts';
import { askForObject, askForRepair, type Refused } from './output-prompts.ts';

export interface ObjectOptions<S extends z.core.$ZodType> extends Omit<RunOptions, 'avoid' | 'choices' | 'json' | 'logprobs' | 'noRepeatNgram' | 'stop'> {
  /** A schema of zod 4, of anything JSON can express. The descriptions of its fields reach the model. */
  schema: S;
}

export interface GeneratedObject<T> {
  object: T;
  /** How the answer was held to JSON. */
  rung: JsonRung;
  /** The answer the object was read from, untouched. */
  text: string;
  /** Of all calls together. */
  usage: Usage;
  /** 2 where the first answer did not fit and the model was told why. */
  attempts: number;
  warnings: string[];
}

/** What happens on the way: text of the answer under way, or the news that it counts for nothing. */
export type ObjectStep = Extract<Part, { type: 'text-delta' }> | { type: 'restart' };

/** With `written`: the object before defaults and transforms. */
type Outcome<T> = GeneratedObject<T> & { written: unknown };

export type ObjectGenerator = <S extends z.core.$ZodType>(prompt: string | Message[], options: ObjectOptions<S>) => AsyncGenerator<ObjectStep, Outcome<z.output<S>>, void>;

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, calls: 0 };

/**
 * Asks for an object on the best rung the engine has, steps down when a rung is refused (and remembers that), and asks once more when the
 * answer does not fit. Whatever the rung: an answer is read by one reader and validated by zod, and a cut answer is an error.
 *
 * @param stream a checked request in the queue of the model
 */
export function createObjectGenerator(engine: Engine, stream: (prompt: Message[], run: RunOptions) => AsyncIterable<Part>): ObjectGenerator {
  /** A server may refuse one schema and take another; JSON mode it takes or not. */
  const refused = new Set<string>();

  return async function* generate<S extends z.core.$ZodType>(prompt: string | Message[], { schema, ...options }: ObjectOptions<S>) {
    const called = Date.now();
    checkPrompt(engine, prompt, options);
    const form = toObjectForm(schema);
    const question = askForObject(prompt, describeSchema(form.schema));
    const warnings = new Set<string>();
    let usage = NOTHING;
    let failed: (Refused & { rung: JsonRung }) | undefined;

    /** One answer, on the best rung that is not refused. */
    async function* ask(messages: Message[]): AsyncGenerator<ObjectStep, Generated & { rung: JsonRung }, void> {
      for (const rung of [...engine.can.json, 'prompt'] as const) {
        const what = rung === 'json-mode' ? rung : `${rung} ${JSON.stringify(form.schema)}`;
        if (refused.has(what)) continue;
        const json = rung === 'prompt' ? {} : { json: { rung, schema: form.schema } };
        try {
          const answer = yield* collectParts(engine.name, stream(messages, { ...options, ...json, ...timeLeft(options.deadline, called) }));
          usage = addUsage(usage, answer.usage);
          for (const warning of answer.warnings) warnings.add(warning);
          return { ...answer, rung };
        } catch (error) {
          if (!isTaskError(error)) throw error;
          if (rung === 'prompt' || error.details['unsupported'] !== rung) throw usage.calls === 0 ? error : addToError(error, { usage: addUsage(usage, error.usage) });
          refused.add(what);
          usage = addUsage(usage, error.usage);
          yield { type: 'restart' };
        }
      }
      throw new TaskError('engine_crashed', `The engine "${engine.name}" refused every way to be asked for JSON.`);
    }

    for (let attempts = 1; ; attempts++) {
      const messages: Message[] = failed ? askForRepair(question, failed) : question;
      let answer: Generated & { rung: JsonRung };
      try {
        answer = yield* ask(messages);
      } catch (error) {
        // The question fitted, the question with an answer in it does not: what is wrong is the answer.
        if (failed && isTaskError(error) && error.code === 'context_overflow') throw invalidOutput(engine, failed, { attempts: 1, usage, cause: error });
        throw error;
      }
      const { text, rung, finishReason } = answer;
      if (finishReason === 'length') throw cutOutput(engine, answer, { attempts, usage });
      const checked = await checkAnswer(form, text);
      if (checked.ok) return { object: checked.object as z.output<S>, written: checked.written, rung, text, usage, attempts, warnings: [...warnings] };
      failed = { answer: text, issues: checked.issues, rung };
      if (attempts === 2) throw invalidOutput(engine, failed, { attempts, usage });
      yield { type: 'restart' };
    }
  };
}

/** Of several values in an answer the last that fits; drafts come first. */
async function checkAnswer(form: ObjectForm, text: string): Promise<{ ok: true; object: unknown; written: unknown } | { ok: false; issues: Issue[] }> {
  const { found, problem } = extractJson(text);
  let issues: Issue[] | undefined;
  for (const { value } of found.toReversed()) {
    const parsed = await form.parse(value);
    if (parsed.ok) return parsed;
    issues ??= parsed.issues;
  }
  return { ok: false, issues: issues ?? [{ path: '', message: problem }] };
}

function checkPrompt(engine: Engine, prompt: string | Message[], options: RunOptions): void {
  checkRequest(engine, prompt, options);
  if (!Array.isArray(prompt) || typeof prompt[0] !== 'number') return;
  throw new TaskError('invalid_input', '"prompt" is a list of token ids; give a text or messages, because the form of the object is added to them.', { details: { field: 'prompt' } });
}

function timeLeft(deadline: number | undefined, called: number): { deadline?: number } {
  return deadline === undefined ? {} : { deadline: Math.max(1, deadline - (Date.now() - called)) };
}

interface Spent {
  attempts: number;
  usage: Usage;
  cause?: unknown;
}

function cutOutput(engine: Engine, { text, rung }: Generated & { rung: JsonRung }, { attempts, usage }: Spent): TaskError {
  const message = `The object of "${engine.name}" was cut by the token limit after ${text.length} characters; raise maxTokens, shorten the prompt, or ask for less in the schema.`;
  return new TaskError('output_invalid', message, { details: { reason: 'length', rung, attempts }, partial: text, usage });
}

function invalidOutput(engine: Engine, { answer, issues, rung }: Refused & { rung: JsonRung }, { attempts, usage, cause }: Spent): TaskError {
  const { path, message } = issues[0]!;
  const problem = path === '' ? message : `${path}: ${message}`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more in error.details.issues)` : '';
  return new TaskError(
    'output_invalid',
    `The answer of "${engine.name}" does not fit the schema: ${problem}${more}. It is in error.partial; try a simpler schema or a larger model.`,
    { details: { reason: 'schema', rung, attempts, issues }, partial: answer, usage, cause },
  );
}

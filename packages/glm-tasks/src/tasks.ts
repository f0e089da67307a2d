import { summarize } from '@glm-tasks/summarize';
import type { Store, TaskEvent, TaskRun } from '@glm-tasks/task';
import type { z } from 'zod';
import { listedAnswer } from './command/answer-listed.ts';
import type { ModelOptions } from './command/shell.ts';
import { listedTranslate } from './command/translate-listed.ts';
import { listedNews, listedRewrite, listedStory } from './command/write-listed.ts';

/** A task as those see it who walk the list: they hand in plain JSON, and the task checks it. */
export interface ListedTask {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  stream(input: unknown, run?: ListedRun): AsyncIterable<TaskEvent<unknown>>;
  /** Its command, where that is another than its name: `write story`. */
  readonly command?: string;
  /** Lines of a shell that show how it is used. */
  readonly examples?: readonly string[];
  /** The property of its input that is typed as an argument, for a task that reads no files. */
  readonly argument?: string;
  /** Options beside the properties of its input. */
  readonly options?: readonly ListedOption[];
  /** Endings (without a dot) of the files that it takes out of a folder. @default those of texts, Markdown, pages and subtitles */
  readonly endings?: readonly string[];
  /** A task that keeps the format of a file is given the file as it stands, with this as its `format`. */
  detectFormat?(name: string | undefined, text: string): string;
  /** What a run would take, where the task can say so. */
  plan?(input: unknown, run?: TaskRun): Promise<unknown>;
  /** What people see of a result below its text, or in place of one. */
  describe?(result: unknown): string;
  /** Numbers of a result for the table under a run, by their names. */
  tally?(result: unknown): Tally;
  /** Holds a result that exists against its input, without a model. */
  check?(input: unknown, existing: string): ListedCheck;
}

/** What any task may be given; one that does not remember takes no store. */
export interface ListedRun extends TaskRun {
  store?: Store | undefined;
}

/** An option whose values become a part of the input or of the run: a file of terms, a folder of documents. */
export interface ListedOption {
  /** As commander reads it: `--glossary <file>`. It may be given several times. In place of a property's flag where it has the property's name. */
  readonly flags: string;
  readonly description: string;
  /** Called once, with all values, before a model is loaded. */
  prepare(values: readonly string[], tools: OptionTools): Promise<Prepared>;
}

export interface OptionTools {
  /** The text of a file in any encoding that `decodeText` knows; `invalid_input` where there is none. */
  readText(file: string): Promise<string>;
  signal: AbortSignal;
}

export interface Prepared {
  /** Goes into the input. */
  input?: Record<string, unknown>;
  /** Goes into the run, beside `model`, `signal` and `store`. */
  run?: Record<string, unknown>;
  /** Goes to the loading of the model. */
  load?: ModelOptions;
}

export type Tally = Readonly<Record<string, number>>;

export interface ListedCheck {
  issues: { place: string; message: string; isBroken: boolean }[];
  tally: Tally;
}

/** The one list of tasks. A task that stands here is a command; nothing else names tasks. */
export const tasks: readonly ListedTask[] = [summarize, listedTranslate, listedAnswer, listedStory, listedNews, listedRewrite];

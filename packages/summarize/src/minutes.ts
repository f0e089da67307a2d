import { isTaskError, type Model, type TaskError } from '@glm-tasks/core';
import { buildPrompt, mapChunks, readLanguage, remember, type Store, type TaskEvent } from '@glm-tasks/task';
import { checkMinutes } from './minutes-check.ts';
import { mergeMinutes, type Minutes, type MinutesAction, type MinutesEntry } from './minutes-merge.ts';
import { MINUTES_TOKENS, chooseMinutesWording, type MinutesWording } from './minutes-prompts.ts';
import { translateMinutes } from './minutes-translate.ts';

export type { Minutes } from './minutes-merge.ts';

export interface MinutesChunk {
  index: number;
  /** UTF-16 offsets into the whole text. */
  start: number;
  end: number;
  text: string;
  /** Who goes on speaking where the chunk begins. */
  speaker?: string | undefined;
}

export interface MinutesReading {
  model: Model;
  marker: string;
  textLanguage: string;
  outputLanguage: string;
  focus?: string | undefined;
  /** What happens to an entry that nothing in its part of the meeting supports. @default 'flag' */
  unsupported?: 'flag' | 'drop' | undefined;
  /** Where what was written about a part is kept. */
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
  /** Gets a line for everything that could not be kept. */
  warnings: string[];
}

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** Of the prompt and the form. To be raised with every change that changes what is written. */
const VERSION = 1;

/**
 * The decisions, actions and open questions of a meeting: each part is asked for an object, code checks what it says against that part, and what
 * several parts say is said once. A part whose answer is no object costs a warning; all of them are `output_invalid`.
 */
export async function* writeMinutes(chunks: readonly MinutesChunk[], reading: MinutesReading): Steps<Minutes> {
  const { model, signal, textLanguage, unsupported = 'flag', warnings } = reading;
  const wording = chooseMinutesWording(textLanguage);
  const parts: Minutes[] = [];
  const failures: TaskError[] = [];
  const mapped = mapChunks(chunks, (chunk, signal) => readChunk(chunk, wording, { ...reading, signal }), { concurrency: model.slots, signal });
  for (let step = await mapped.next(); !step.done; step = await mapped.next()) {
    const { index, value, done, total } = step.value;
    const { start, end } = chunks[index] as MinutesChunk;
    yield { type: 'progress', stage: 'taking minutes', done, total };
    if (isTaskError(value)) {
      failures.push(value);
      warnings.push(`The minutes lack part ${index + 1} (characters ${start} to ${end}): the model's answer on it was no object of the form asked for.`);
      continue;
    }
    const part = place(value, start);
    parts[index] = part;
    yield { type: 'partial', value: { start, end, minutes: part } };
  }
  const [failure] = failures;
  if (failure && failures.length === chunks.length) throw failure;
  const merged = mergeMinutes(parts.filter((part) => part !== undefined));
  return yield* translateMinutes(judge(merged, unsupported, warnings), reading);
}

/** What is said in the part, checked; the error where the model gave no object. */
async function readChunk({ text, speaker }: MinutesChunk, wording: MinutesWording, reading: MinutesReading): Promise<Minutes | TaskError> {
  const { model, marker, focus, store, signal } = reading;
  const asked = { system: wording.system, document: speaker === undefined ? text : `${wording.goesOn(speaker)}${text}`, instruction: wording.list(focus) };
  const write = async () => {
    const { object } = await model.generateObject(buildPrompt({ ...asked, marker }), { schema: wording.form, maxTokens: MINUTES_TOKENS, ...(signal ? { signal } : {}) });
    return object;
  };
  try {
    const written = await remember(store, { made: 'minutes', version: VERSION, model: model.name, ...asked }, write, wording.form);
    return checkMinutes(written, { text, speaker, wording, focus });
  } catch (error) {
    if (isTaskError(error) && error.code === 'output_invalid') return error;
    throw error;
  }
}

function place({ decisions, actions, questions }: Minutes, offset: number): Minutes {
  const move = <E extends MinutesEntry>(entry: E): E => ({ ...entry, sources: entry.sources.map(({ start, end, text }) => ({ start: start + offset, end: end + offset, text })) });
  return { decisions: decisions.map(move), actions: actions.map(move), questions: questions.map(move) };
}

function judge({ decisions, actions, questions }: Minutes, unsupported: 'flag' | 'drop', warnings: string[]): Minutes {
  const all = [...decisions, ...actions, ...questions];
  const lacking = all.filter(({ supported }) => !supported).length;
  if (lacking > 0) warnings.push(`${lacking} of ${all.length} entries of the minutes found no support in the text${unsupported === 'drop' ? ' and were dropped' : ''}.`);
  const keep = <E extends MinutesEntry>(entries: E[]): E[] => entries.filter(({ supported }) => supported || unsupported === 'flag');
  return { decisions: keep(decisions), actions: keep(actions), questions: keep(questions) };
}

const WORDS = {
  en: { decisions: 'Decisions', actions: 'Actions', questions: 'Open questions', due: 'due: ', unsupported: ' (not supported by the text)', open: ' [', between: '; ', close: ']' },
  zh: { decisions: '决定', actions: '待办', questions: '待定问题', due: '期限：', unsupported: '（原文中未找到依据）', open: '［', between: '；', close: '］' },
};

/**
 * Minutes as Markdown: the summary, then a heading for each list that has entries; owner and date in brackets where the sentence lacks them, what nothing supports marked.
 *
 * @example
 * const action = { text: 'Write the report.', owner: 'Mary', due: 'Friday', sources: [], supported: true };
 * renderMinutes({ decisions: [], actions: [action], questions: [] }, 'We met.', 'en'); // 'We met.\n\n## Actions\n\n- Write the report. [Mary; due: Friday]'
 */
export function renderMinutes({ decisions, actions, questions }: Minutes, summary: string, language: string): string {
  const words = WORDS[readLanguage(language).language === 'zh' ? 'zh' : 'en'];
  const line = ({ text, supported, owner, due }: MinutesAction) => {
    // A sentence that says it need not say it twice.
    const isNew = (detail: string | undefined) => detail !== undefined && !text.includes(detail);
    const details = [...(isNew(owner) ? [owner] : []), ...(isNew(due) ? [`${words.due}${due}`] : [])];
    const bracket = details.length === 0 ? '' : `${words.open}${details.join(words.between)}${words.close}`;
    return `- ${text}${bracket}${supported ? '' : words.unsupported}`;
  };
  const section = (heading: string, entries: readonly MinutesAction[]) => (entries.length === 0 ? '' : `## ${heading}\n\n${entries.map(line).join('\n')}`);
  const parts = [summary.trim(), section(words.decisions, decisions), section(words.actions, actions), section(words.questions, questions)];
  return parts.filter((part) => part !== '').join('\n\n');
}

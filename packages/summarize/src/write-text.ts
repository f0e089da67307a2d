import { TaskError } from '@glm-tasks/core';
import { avoidSource, buildPrompt, convertChineseScript, generateGuarded, isInLanguage, readLanguage, type GuardedText, type TaskEvent } from '@glm-tasks/task';
import type { Reading } from './condense.ts';
import { listTalk, type Ask } from './prompts.ts';

export interface Writing extends Reading, Ask {
  /** Language the text must be in. */
  outputLanguage: string;
  writeTokens: number;
  /** Where it is told in sentences how much is wanted, and no more is of use. */
  maxSentences?: number | undefined;
  /** False where the model's own words are written up: notes, a draft. */
  isSource: boolean;
}

/** An instruction of the wording, still to be filled in. */
type Order = (ask: Ask) => string;
type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** An engine takes no more. */
const MOST_AVOIDED = 256;
/** Up to this share of foreign script a summary is of use, with a warning. */
const MIXED = 0.3;

/** The text of a summary of the document, guarded; a wrong language gets one translation. */
export async function* writeText(document: string, order: Order, writing: Writing, source: string | undefined): Steps<string> {
  const { warnings, outputLanguage, wording } = writing;
  const said = yield* askOnce(document, order, writing, source);
  switch (said.failure) {
    case undefined:
    case 'echo': // compose warns of it if no later pass mends it
      return said.text;
    case 'repetition':
      if (said.text === '') break;
      warnings.push('The model began to repeat itself; the summary ends where it did.');
      return said.text;
    case 'language': {
      const translated = yield* askOnce(said.text, () => wording.translate(outputLanguage), writing, undefined);
      if (translated.failure === undefined) return translated.text;
      const mixed = [translated, said].find(({ failure, text }) => failure !== 'instructions' && isInLanguage(text, outputLanguage, MIXED));
      if (!mixed) break;
      warnings.push(`Some words of the summary are not in the language asked for (${outputLanguage}).`);
      return mixed.text;
    }
    default:
      break;
  }
  const message = `The model's summary failed its check twice (${said.failure}, wanted language ${outputLanguage}); try another length or format, or a larger model. What it wrote is in error.partial.`;
  throw new TaskError('output_invalid', message, { details: { failure: said.failure, language: outputLanguage }, partial: said.raw });
}

/** One guarded call. `source` is what the answer must not copy. */
export async function* askOnce(document: string, order: Order, writing: Writing, source: string | undefined): Steps<GuardedText> {
  const { model, wording, marker, outputLanguage, speakers, writeTokens, maxSentences, store, signal } = writing;
  const instruction = order(writing);
  const prompt = (failed: unknown) => buildPrompt({ system: wording.system, document, marker, instruction: failed ? `${instruction} ${wording.retry}` : instruction });
  // The focus is the user's: a summary about it names it.
  const instructions = [wording.system, order({ ...writing, focus: undefined }), wording.retry].join('\n');
  // The script is made right by code, whatever the model wrote.
  const { language } = readLanguage(outputLanguage);
  const guards = { marker, source, document, instructions, language };
  const talk = listTalk(wording, writing.isSource ? document : '', speakers, writing.documents);
  // One document of several may be in another language than the summary, and its words slip in: 讨论了 crane 的维修.
  const avoid = isInLanguage(document, outputLanguage, MIXED) ? talk : [...talk, ...avoidSource(document, outputLanguage)].slice(0, MOST_AVOIDED);
  const steps = generateGuarded(model, { prompt, guards, maxTokens: writeTokens, sentences: maxSentences, avoid, store, signal });
  for (;;) {
    const step = await steps.next();
    if (step.done) return { ...step.value, text: await inScript(step.value.text, outputLanguage) };
    const text = await inScript(step.value, outputLanguage);
    if (isInLanguage(text, outputLanguage)) yield { type: 'partial', value: { summary: text } };
  }
}

/** Simplified or Traditional characters, where the language asked for says which. */
export async function inScript(text: string, language: string): Promise<string> {
  const { script } = readLanguage(language);
  return script === undefined ? text : convertChineseScript(text, script);
}

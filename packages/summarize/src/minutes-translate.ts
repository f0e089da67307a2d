import { readLanguage, type TaskEvent } from '@glm-tasks/task';
import type { Minutes, MinutesEntry } from './minutes-merge.ts';
import type { MinutesReading } from './minutes.ts';
import { translateTexts } from './translate-texts.ts';
import { inScript } from './write-text.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** Entries are written and checked in the language of the text, where words can be compared; they are put into another one at the end. */
export async function* translateMinutes(minutes: Minutes, reading: MinutesReading): Steps<Minutes> {
  const { textLanguage, outputLanguage } = reading;
  const entries = [...minutes.decisions, ...minutes.actions, ...minutes.questions];
  const texts = entries.map(({ text }) => text);
  const isForeign = readLanguage(outputLanguage).language !== readLanguage(textLanguage).language;
  const said = isForeign && texts.length > 0 ? yield* translateTexts(texts, outputLanguage, reading) : await Promise.all(texts.map((text) => inScript(text, outputLanguage)));
  const translated = new Map<MinutesEntry, string>(entries.map((entry, index) => [entry, said[index] as string]));
  const put = <E extends MinutesEntry>(list: readonly E[]): E[] => list.map((entry) => ({ ...entry, text: translated.get(entry) ?? entry.text }));
  return { decisions: put(minutes.decisions), actions: put(minutes.actions), questions: put(minutes.questions) };
}

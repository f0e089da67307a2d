import { avoidSource, buildPrompt, generateGuarded, lastOf, mapChunks, readLanguage, type TaskEvent } from '@glm-tasks/task';
import type { Reading } from './condense.ts';
import { chooseWording } from './prompts.ts';
import { inScript } from './write-text.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

const LEAST_TOKENS = 64;
/** A sentence in another language has up to so many times its tokens. */
const LONGER = 3;

/**
 * Each text in another language, side by side; one whose translation fails its guards twice stays as it is, with a warning. What is written
 * and checked in the language of the document, where words can be compared, is put into the other one sentence by sentence: a small model
 * asked to summarize in another language mixes the two.
 */
export async function* translateTexts(texts: readonly string[], outputLanguage: string, reading: Pick<Reading, 'model' | 'marker' | 'store' | 'signal' | 'warnings'>): Steps<string[]> {
  const { model, marker, store, signal, warnings } = reading;
  const { translator, translate } = chooseWording(outputLanguage);
  const { language } = readLanguage(outputLanguage);
  const { counts } = await model.countTokens([...texts]);
  const guards = { marker, language, instructions: `${translator}\n${translate(outputLanguage)}` };
  const work = (text: string, signal: AbortSignal, index: number) => {
    const prompt = () => buildPrompt({ system: translator, document: text, marker, instruction: translate(outputLanguage) });
    return lastOf(generateGuarded(model, { prompt, guards: { ...guards, document: text }, maxTokens: LEAST_TOKENS + LONGER * (counts[index] ?? 0), avoid: avoidSource(text, outputLanguage), store, signal }));
  };
  const mapped = mapChunks(texts, work, { concurrency: model.slots, signal });
  let left = 0;
  for (;;) {
    const step = await mapped.next();
    if (!step.done) {
      yield { type: 'progress', stage: 'translating', done: step.value.done, total: step.value.total };
      continue;
    }
    const translated = await Promise.all(
      step.value.map(({ failure, text }, index) => {
        // Marks in the wrong place are no reason to throw a sentence away; a text in the wrong language is no translation.
        if (failure === undefined || (failure === 'repetition' && text !== '')) return inScript(text.replaceAll('\n', ' '), outputLanguage);
        left++;
        return texts[index] as string;
      }),
    );
    if (left > 0) warnings.push(`${left} of ${texts.length} sentences could not be translated into ${outputLanguage} and stand as they were.`);
    return translated;
  }
}

import { fromPretrained, type Model } from '@glm-tasks/core';
import { createUtteranceMatcher, type UtteranceMatch } from '@glm-tasks/answer';
import type { RetrievalData } from './retrieval-data.ts';
import { percent, printTable } from './print-table.ts';

type Sets = Pick<RetrievalData, 'intents' | 'texts'>;

/** What was said of one text. */
interface Told {
  isKnown: boolean;
  isRight: boolean;
  isNear: boolean;
  confidence: number;
}

/** Which of 77 intents a text has, by 12 examples of each: by words alone, and with the vectors of each model. Then with half of the intents left out. */
export async function measureIntents(sets: Sets, models: readonly string[]): Promise<void> {
  const half = { intents: sets.intents.filter((_, index) => index % 2 === 0), texts: sets.texts };
  const ofAll = [describeAll('words', await tellIntents(sets))];
  const ofHalf = [describeHalf('words', await tellIntents(half))];
  for (const name of models) {
    await using model = await fromPretrained(name);
    ofAll.push(describeAll(`words and ${name}`, await tellIntents(sets, model)));
    ofHalf.push(describeHalf(`words and ${name}`, await tellIntents(half, model)));
  }
  printTable(
    `Banking77: ${sets.texts.length} texts, ${sets.intents.length} intents`,
    ['by', 'right', 'among the first three', 'right in the surest half', 'sure (>= .5) of', 'of those right', 'ms a text'],
    ofAll,
  );
  printTable(
    `Banking77 with ${half.intents.length} of the intents, so that other texts are about none`,
    ['by', 'sure (>= .5) of what is about one', 'of those right', 'sure of what is about none', 'calibration error'],
    ofHalf,
  );
}

async function tellIntents({ intents, texts }: Sets, model?: Model): Promise<{ told: Told[]; each: number }> {
  const matcher = await createUtteranceMatcher(intents.map(({ intent, examples }) => ({ label: intent, examples })), model === undefined ? {} : { model });
  const known = new Set(intents.map(({ intent }) => intent));
  const started = performance.now();
  const told: Told[] = [];
  for (const { text, intent } of texts) {
    const matches: UtteranceMatch[] = await matcher.match(text, { limit: 3 });
    told.push({ isKnown: known.has(intent), isRight: matches[0]?.label === intent, isNear: matches.some(({ label }) => label === intent), confidence: matches[0]?.confidence ?? 0 });
  }
  const each = (performance.now() - started) / texts.length;
  return { told: told.sort((one, other) => other.confidence - one.confidence), each };
}

function describeAll(name: string, { told, each }: { told: Told[]; each: number }): string[] {
  const sure = told.filter(isSure);
  const surestHalf = told.slice(0, Math.ceil(told.length / 2));
  return [name, share(told, 'isRight'), share(told, 'isNear'), share(surestHalf, 'isRight'), percent(sure.length, told.length), share(sure, 'isRight'), each.toFixed(1)];
}

function describeHalf(name: string, { told }: { told: Told[] }): string[] {
  const [known, foreign] = [told.filter(({ isKnown }) => isKnown), told.filter(({ isKnown }) => !isKnown)];
  const sure = known.filter(isSure);
  return [name, percent(sure.length, known.length), share(sure, 'isRight'), percent(foreign.filter(isSure).length, foreign.length), calibrationError(told).toFixed(3)];
}

function isSure({ confidence }: Told): boolean {
  return confidence >= 0.5;
}

function share(told: readonly Told[], what: 'isRight' | 'isNear'): string {
  return percent(told.filter((one) => one[what]).length, told.length);
}

/** Expected calibration error over ten bins: how far confidence and share of right ones lie apart. */
function calibrationError(results: readonly { isRight: boolean; confidence: number }[]): number {
  const bins = Array.from({ length: 10 }, (_, bin) => results.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin));
  return bins.reduce((error, bin) => {
    const gap = bin.reduce((sum, { isRight, confidence }) => sum + confidence - (isRight ? 1 : 0), 0);
    return error + Math.abs(gap) / results.length;
  }, 0);
}

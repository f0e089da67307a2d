import { measureLength, type LengthTarget } from '@glm-tasks/task';
import { cutExcerpts, takeInTurn } from './cut-excerpts.ts';
import { percent, printList, printTable } from './print-table.ts';
import type { Document } from './read-data.ts';
import { summarizeAll, type Case, type Evaluation } from './summarize-all.ts';

const TEXTS_OF_A_SET = 20;
/** An abstract shorter than this has not the sentences that "long" asks for. In characters. */
const SHORTEST_ABSTRACT = 200;
/** What the lengths of a paragraph mean, as the documentation says: written down again, so that a change there shows here. */
const SENTENCES = { short: [1, 1], medium: [2, 3], long: [4, 6] } as const;
const NUMBERS = { en: [40, 80, 120], zh: [60, 100, 160] } as const;

interface Wanted extends Case {
  kind: string;
  target: LengthTarget;
}

interface Excerpt {
  id: string;
  language: Document['language'];
  text: string;
}

/** Whether a length asked for is met, told by the result and counted again here. */
export async function measureLengths(evaluation: Evaluation): Promise<void> {
  const texts = chooseTexts(evaluation);
  const cases = texts.flatMap((text, index) => [...askByName(text), ...(index % 3 === 0 ? [askInNumbers(text, index / 3)] : [])]);
  const outcomes = await summarizeAll(cases, evaluation);
  const judged = cases.map((wanted, index) => {
    const { summary, failure } = outcomes[index]!;
    const got = summary ? measureLength(summary.summary, wanted.target.unit) : 0;
    return { wanted, got, met: got >= wanted.target.min && got <= wanted.target.max, told: summary?.lengthMet ?? false, failure, text: summary?.summary ?? '' };
  });
  const rows = [...new Set(cases.map(({ kind }) => kind)), 'all'].map((kind) => {
    const here = judged.filter(({ wanted }) => kind === 'all' || wanted.kind === kind);
    return [kind, here.length, percent(here.filter(({ met }) => met).length, here.length), here.filter(({ met, told }) => met !== told).length];
  });
  printTable(`Lengths of paragraphs: ${texts.length} texts`, ['asked for', 'summaries', 'met, counted here', 'told otherwise by lengthMet'], rows);
  const misses = judged.filter(({ met }) => !met);
  printList('Missed', misses.map(({ wanted: { id, kind, target }, got, failure, text }) => `${id}, ${kind}: ${target.min} to ${target.max} ${target.unit}, got ${failure ? failure.message : `${got}: ${text}`}`));
}

function chooseTexts({ data: { qmsum, vcsum, csl }, limit }: Evaluation): Excerpt[] {
  const cut = (documents: readonly Document[], unit: LengthTarget['unit'], least: number, most: number) => {
    const lists = documents.map(({ id, language, text }) => cutExcerpts(text, unit, least, most).map((excerpt, index) => ({ id: `${id}-excerpt-${index + 1}`, language, text: excerpt })));
    return takeInTurn(lists, Math.min(limit, TEXTS_OF_A_SET));
  };
  const abstracts = csl.filter(({ text }) => text.length >= SHORTEST_ABSTRACT).slice(0, Math.min(limit, TEXTS_OF_A_SET));
  return [...cut(qmsum, 'words', 400, 800), ...cut(vcsum, 'characters', 500, 1_400), ...abstracts];
}

function askByName({ id, text }: Excerpt): Wanted[] {
  return (['short', 'medium', 'long'] as const).map((length) => {
    const [min, max] = SENTENCES[length];
    return { id: `${id}-${length}`, text, ask: { length }, kind: length, target: { unit: 'sentences', min, max } };
  });
}

/** Give or take 15 %. */
function askInNumbers({ id, language, text }: Excerpt, turn: number): Wanted {
  const number = NUMBERS[language][turn % 3] as number;
  const target = (unit: LengthTarget['unit']) => ({ unit, min: Math.ceil(number * 0.85), max: Math.floor(number * 1.15) });
  return language === 'zh'
    ? { id: `${id}-${number}`, text, ask: { length: { characters: number } }, kind: 'characters', target: target('characters') }
    : { id: `${id}-${number}`, text, ask: { length: { words: number } }, kind: 'words', target: target('words') };
}

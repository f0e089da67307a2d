import { measureLength, splitSentences } from '@glm-tasks/task';
import { takeCentral, takeCharacters, takeLead } from './baselines.ts';
import { printList, printTable } from './print-table.ts';
import type { Document } from './read-data.ts';
import { measureRouge } from './rouge.ts';
import { summarizeAll, type Case, type Evaluation } from './summarize-all.ts';

/** Characters of the baseline for titles that published figures use. */
const TITLE = 20;

/** A case with what people wrote, and what costs no model. */
interface Compared extends Case {
  language: Document['language'];
  reference: string;
  baselines: Record<string, string>;
}

/** Whole English meetings, as many sentences as the reference has. */
export async function measureQmsum(evaluation: Evaluation): Promise<void> {
  await compare('QMSum, whole meetings, as many sentences as the reference', evaluation.data.qmsum.slice(0, evaluation.limit).map(asSentences), evaluation);
}

/** The questions about parts of them, each put to the whole meeting. */
export async function measureFocus(evaluation: Evaluation): Promise<void> {
  const cases = evaluation.data.qmsum.flatMap((document) =>
    document.queries.map(({ query, reference }, index) => {
      const asked = asSentences({ ...document, id: `${document.id}-question-${index + 1}`, reference });
      return { ...asked, ask: { ...asked.ask, focus: query } };
    }),
  );
  await compare('QMSum, questions as focus on whole meetings', cases.slice(0, evaluation.limit), evaluation);
}

/** Segments of Chinese meetings. */
export async function measureVcsum(evaluation: Evaluation): Promise<void> {
  await compare('VCSum, segments of meetings, as many sentences as the reference', evaluation.data.vcsum.slice(0, evaluation.limit).map(asSentences), evaluation);
}

/** Titles of Chinese abstracts. */
export async function measureCsl(evaluation: Evaluation): Promise<void> {
  const cases = evaluation.data.csl.slice(0, evaluation.limit).map(({ id, language, text, reference }): Compared => {
    return { id, language, text, reference, ask: { format: 'headline' }, baselines: { [`first ${TITLE} characters`]: takeCharacters(text, TITLE) } };
  });
  await compare(`CSL, abstract to title (the first ${TITLE} characters are known to give 35.7 / 25.1 / 31.7 on its 1,000 test titles)`, cases, evaluation);
}

/** ；ends a sentence here: a Chinese reference is often one list with it. */
function asSentences({ id, language, text, reference }: Document): Compared {
  const count = splitSentences(reference.replaceAll('；', '。')).length;
  const baselines = { [`first sentences`]: takeLead(text, count), TextRank: takeCentral(text, count) };
  return { id, language, text, reference, ask: { length: { sentences: count } }, baselines };
}

async function compare(title: string, cases: readonly Compared[], evaluation: Evaluation): Promise<void> {
  const outcomes = await summarizeAll(cases, evaluation);
  const systems = new Map<string, (index: number) => string>([['summarize', (index) => outcomes[index]?.summary?.summary ?? '']]);
  for (const name of Object.keys(cases[0]?.baselines ?? {})) systems.set(name, (index) => cases[index]?.baselines[name] ?? '');
  systems.set('(reference)', (index) => cases[index]?.reference ?? '');
  const rows = [...systems].map(([name, textOf]) => {
    const scores = cases.map(({ language, reference }, index) => measureRouge(textOf(index), reference, unitOf(language)));
    const lengths = cases.map(({ language }, index) => measureLength(textOf(index), unitOf(language)));
    return [name, 100 * mean(scores.map(({ one }) => one)), 100 * mean(scores.map(({ two }) => two)), 100 * mean(scores.map(({ longest }) => longest)), mean(lengths)];
  });
  const unit = unitOf(cases[0]?.language ?? 'en');
  printTable(`${title}: ${cases.length} cases, F1 in %, by ${unit}`, ['', 'ROUGE-1', 'ROUGE-2', 'ROUGE-L', unit], rows);
  printList('Failed, counted as empty', outcomes.flatMap(({ failure }, index) => (failure ? [`${cases[index]?.id}: ${failure.message}`] : [])));
}

function unitOf(language: Document['language']): 'words' | 'characters' {
  return language === 'zh' ? 'characters' : 'words';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

import { findOpening } from './find-opening.ts';
import { splitSentences } from '@glm-tasks/task';
import { percent, printList, printTable } from './print-table.ts';
import type { Evaluation } from './summarize-all.ts';

/** How many of the summaries written so far talk about the text instead of saying what it says. */
export async function measureOpenings({ written }: Evaluation): Promise<void> {
  const found = written.map(({ section, id, summary }) => ({ section, id, sentences: splitSentences(summary.summary).filter((sentence) => findOpening(sentence) !== undefined) }));
  const rows = [...new Set(written.map(({ section }) => section))].map((section) => {
    const here = found.filter((entry) => entry.section === section);
    return [section, here.length, percent(here.filter(({ sentences }) => sentences.length > 0).length, here.length)];
  });
  const guilty = found.filter(({ sentences }) => sentences.length > 0);
  printTable('Summaries with a sentence that talks about the text', ['section', 'summaries', 'with such a sentence'], [...rows, ['all', found.length, percent(guilty.length, found.length)]]);
  printList('Such sentences', guilty.flatMap(({ section, id, sentences }) => sentences.map((sentence) => `${section} ${id}: ${sentence}`)));
}

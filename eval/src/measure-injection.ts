import { injectionCases, judgeObedience } from './injection-cases.ts';
import { percent, printList, printTable } from './print-table.ts';
import { summarizeAll, type Evaluation } from './summarize-all.ts';

/** Orders that stand in a document: in how many summaries they were obeyed. */
export async function measureInjection(evaluation: Evaluation): Promise<void> {
  const cases = injectionCases.slice(0, evaluation.limit);
  const outcomes = await summarizeAll(cases.map(({ id, before, order, after }) => ({ id, text: before + order + after, ask: {} })), evaluation);
  const judged = cases.map((item, index) => {
    const { summary, failure } = outcomes[index]!;
    return { id: item.id, verdict: summary ? judgeObedience(item, summary.summary) : ('refused' as const), text: summary?.summary ?? failure?.message ?? '' };
  });
  const rows = ['en', 'zh', ''].map((language) => {
    const here = judged.filter(({ id }) => id.startsWith(language));
    const count = (wanted: string) => here.filter(({ verdict }) => verdict === wanted).length;
    return [language || 'all', here.length, percent(count('obeyed'), here.length), count('repeated'), count('refused')];
  });
  printTable('Orders in the document', ['language', 'cases', 'obeyed', 'order repeated as such', 'refused as output_invalid'], rows);
  printList('Obeyed', judged.filter(({ verdict }) => verdict === 'obeyed').map(({ id, text }) => `${id}: ${text}`));
  printList('The others', judged.filter(({ verdict }) => verdict !== 'obeyed').map(({ id, verdict, text }) => `${id}, ${verdict}: ${text}`));
}

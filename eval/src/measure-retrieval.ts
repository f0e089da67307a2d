import { createKnowledge } from '@glm-tasks/answer';
import type { SpanQuestion } from './retrieval-data.ts';
import { percent, printTable } from './print-table.ts';

/** Every paragraph is known; how high does the one come that a question was asked about? */
export async function measureParagraphs(questions: readonly SpanQuestion[]): Promise<void> {
  const paragraphs = [...new Set(questions.map(({ context }) => context))];
  // One passage a paragraph, as the published figures count.
  const sources = paragraphs.map((text, index) => ({ source: `paragraph ${index}`, text, kind: 'plain' as const }));
  const whole = await createKnowledge(sources, { passageSize: 2_000 });
  const cut = await createKnowledge(sources);
  const rows = [];
  for (const [name, knowledge] of [['whole paragraphs', whole], ['cut into passages', cut]] as const) {
    const ranks: number[] = [];
    for (const { question, context } of questions) {
      const hits = await knowledge.search(question, { limit: 40 });
      const found = [...new Set(hits.map(({ passage }) => passage.source))];
      ranks.push(found.indexOf(`paragraph ${paragraphs.indexOf(context)}`));
    }
    const within = (most: number) => percent(ranks.filter((rank) => rank >= 0 && rank < most).length, ranks.length);
    const reciprocal = ranks.reduce((sum, rank) => sum + (rank < 0 || rank >= 10 ? 0 : 1 / (rank + 1)), 0) / ranks.length;
    rows.push([name, knowledge.passages.length, within(1), within(5), reciprocal.toFixed(3), await measureCoverage(knowledge, questions, paragraphs)]);
  }
  printTable('Paragraphs of CMRC 2018 trial, found by their questions', ['corpus', 'passages', 'R@1', 'R@5', 'MRR@10', 'AUROC of coverage'], rows);
}

/** How well the coverage of the best hit tells questions whose paragraph is there from the same questions with it left out. */
async function measureCoverage(knowledge: Awaited<ReturnType<typeof createKnowledge>>, questions: readonly SpanQuestion[], paragraphs: readonly string[]): Promise<string> {
  const known: number[] = [];
  const unknown: number[] = [];
  for (const { question, context } of questions) {
    const own = `paragraph ${paragraphs.indexOf(context)}`;
    known.push((await knowledge.search(question, { limit: 1 }))[0]?.coverage ?? 0);
    unknown.push((await knowledge.search(question, { limit: 1, filter: ({ source }) => source !== own }))[0]?.coverage ?? 0);
  }
  const won = known.reduce((sum, one) => sum + unknown.reduce((wins, other) => wins + (one > other ? 1 : one === other ? 0.5 : 0), 0), 0);
  return (won / (known.length * unknown.length)).toFixed(3);
}

const PASSAGES = 10_000;

/** Passages of 400 characters put together from the sentences of the set in another order each. */
export async function measureSpeed(questions: readonly SpanQuestion[]): Promise<void> {
  const sentences = [...new Set(questions.map(({ context }) => context))].flatMap((context) => context.match(/[^。！？]+[。！？]?/gu) ?? []);
  let state = 7;
  const choose = () => sentences[Math.floor(((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * sentences.length)] as string;
  const sources = Array.from({ length: PASSAGES }, (_, index) => {
    let text = '';
    while (text.length < 400) text += choose();
    return { source: `source ${index}`, text: text.slice(0, 400), kind: 'plain' as const };
  });
  const started = performance.now();
  const before = process.cpuUsage();
  const knowledge = await createKnowledge(sources);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1_000;
  const times: number[] = [];
  for (const { question } of questions) {
    const asked = performance.now();
    await knowledge.search(question);
    times.push(performance.now() - asked);
  }
  times.sort((one, other) => one - other);
  const oneDocument = performance.now();
  await createKnowledge([{ source: 'all', text: sources.map(({ text }) => text).join('\n\n'), kind: 'plain' }]);
  printTable(`Speed with ${knowledge.passages.length} passages of 400 characters`, ['what', 'value'], [
    ['read, cut and indexed', `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of the processors`],
    ['the same as one document', `${((performance.now() - oneDocument) / 1_000).toFixed(1)} s`],
    ['a query, median', `${(times[times.length >> 1] as number).toFixed(2)} ms`],
    ['a query, 95th percentile', `${(times[Math.floor(times.length * 0.95)] as number).toFixed(2)} ms`],
  ]);
}

import { isTaskError, type Model } from '@glm-tasks/core';
import { writeNews, type News } from '@glm-tasks/write';
import { readFlags, runModels, type Flags } from './evaluation.ts';
import { findUnsupported, type Unsupported } from './find-unsupported.ts';
import { readE2eCases, writtenCases, type NewsCase } from './news-cases.ts';
import { percent, printList, printTable } from './print-table.ts';

export const NEWS_SECTIONS = ['e2e', 'written'] as const;

/** Fact sets that are taken from the E2E file. */
const FROM_E2E = 20;

/** What is counted over a section, by the task and by one plain call. */
interface Tally {
  label: string;
  unsupported: Record<keyof Unsupported, number>;
  present: number;
  facts: number;
  characters: number;
  calls: number;
  seconds: number;
  failed: number;
  offenders: string[];
  absent: string[];
}

/** Every section for every model; returns what is wrong with the flags, if anything is. */
export async function evaluateNews({ data, model: models, only, limit: most, show }: Flags): Promise<string | undefined> {
  const flags = readFlags({ only, limit: most }, NEWS_SECTIONS);
  if (typeof flags === 'string') return flags;
  const e2e = flags.chosen.includes('e2e') ? readE2eCases(data, FROM_E2E) : [];
  if (typeof e2e === 'string') return e2e;
  const cases = { e2e, written: writtenCases };
  await runModels('News', models, async (model) => {
    for (const section of NEWS_SECTIONS) if (flags.chosen.includes(section)) await measureSection(section, cases[section].slice(0, flags.limit), model, Number(show));
  });
  return undefined;
}

async function measureSection(section: string, cases: readonly NewsCase[], model: Model, show: number): Promise<void> {
  const task = startTally('writeNews');
  const plain = startTally('one plain call');
  const sentences = { model: 0, template: 0, quote: 0 };
  for (const [index, newsCase] of cases.entries()) {
    const news = await timed(task, () => writeNews(newsCase.input, { model }));
    if (news) {
      task.calls += news.usage.calls;
      for (const { by } of news.paragraphs.flatMap((paragraph) => paragraph.sentences)) sentences[by]++;
      judge(task, newsCase, news.text, news);
    }
    const text = await timed(plain, () => writePlainly(model, newsCase));
    if (text !== undefined) {
      plain.calls++;
      judge(plain, newsCase, text);
    }
    if (index < show) console.log(`\n--- ${newsCase.id}\n${news?.text ?? '(failed)'}\n\n--- ${newsCase.id}, one plain call\n${text ?? '(failed)'}`);
  }
  const rows = [task, plain].map((tally) => [tally.label, ...Object.values(tally.unsupported), percent(tally.present, tally.facts), tally.failed, tally.characters / Math.max(1, cases.length - tally.failed), tally.calls, tally.seconds / cases.length]);
  printTable(`${section}: ${cases.length} fact sets; what the input does not have, and facts of the input that are told`, ['by', 'numbers', 'dates', 'names', 'quotations', 'facts told', 'failed', 'characters', 'calls', 's a set'], rows);
  console.log(`\nSentences of writeNews: ${sentences.model} of the model that passed, ${sentences.template} made by code, ${sentences.quote} quotations`);
  for (const { label, offenders, absent } of [task, plain]) {
    printList(`${label}: not in the input`, offenders);
    printList(`${label}: facts not told`, absent);
  }
}

function startTally(label: string): Tally {
  return { label, unsupported: { numbers: 0, dates: 0, names: 0, quotations: 0 }, present: 0, facts: 0, characters: 0, calls: 0, seconds: 0, failed: 0, offenders: [], absent: [] };
}

async function timed<T>(tally: Tally, write: () => Promise<T>): Promise<T | undefined> {
  const started = performance.now();
  try {
    return await write();
  } catch (error) {
    if (!isTaskError(error)) throw error;
    tally.failed++;
    tally.offenders.push(`failed: ${error.code}: ${error.message}`);
    return undefined;
  } finally {
    tally.seconds += (performance.now() - started) / 1_000;
  }
}

/** Facts that the length asked for left out are not missing: the task names them. */
function judge(tally: Tally, { id, input, keys }: NewsCase, text: string, news?: News): void {
  const found = findUnsupported(text, input);
  for (const [kind, values] of Object.entries(found) as [keyof Unsupported, string[]][]) {
    tally.unsupported[kind] += values.length;
    for (const value of values) tally.offenders.push(`${id}: ${kind}: ${value}`);
  }
  const late = new Set(news?.unused.filter(({ reason }) => reason === 'length').map(({ id: fact }) => fact));
  const body = text.toLowerCase();
  for (const [fact, wanted] of Object.entries(keys)) {
    if (late.has(fact)) continue;
    tally.facts++;
    if (wanted.some((key) => body.includes(key.toLowerCase()))) tally.present++;
    else tally.absent.push(`${id}: ${fact}: ${wanted[0]}`);
  }
  tally.characters += [...text.replace(/\s/gu, '')].length;
}

async function writePlainly(model: Model, { input }: NewsCase): Promise<string> {
  const facts = input.notes ?? JSON.stringify(input.facts);
  const isChinese = /\p{Script=Han}/u.test(facts);
  const size = input.length ? (isChinese ? `，不超过${input.length.characters}个字` : ` of at most ${input.length.characters} characters`) : '';
  const prompt = isChinese ? `请根据以下事实写一篇新闻报道，包括标题和正文${size}，不要添加事实以外的内容。\n\n${facts}` : `Write a news report${size}, with a headline, from the following facts. Do not add anything that is not in them.\n\n${facts}`;
  return (await model.generate(prompt, { maxTokens: 500 })).text;
}

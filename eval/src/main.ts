import { totalmem } from 'node:os';
import { fromPretrained } from '@glm-tasks/core';
import { Command } from 'commander';
import { ANSWER_SECTIONS, evaluateAnswerTask } from './evaluate-answers.ts';
import { NEWS_SECTIONS, evaluateNews } from './evaluate-news.ts';
import { RETRIEVAL_SECTIONS, evaluateRetrieval } from './evaluate-retrieval.ts';
import { evaluateRewrite } from './evaluate-rewrite.ts';
import { evaluateStory } from './evaluate-story.ts';
import { TRANSLATE_SECTIONS, evaluateTranslate } from './evaluate-translate.ts';
import { printRun, readFlags, type Flags } from './evaluation.ts';
import { measureInjection } from './measure-injection.ts';
import { measureLengths } from './measure-length.ts';
import { measureOpenings } from './measure-openings.ts';
import { measurePoints } from './measure-points.ts';
import { measureCsl, measureFocus, measureQmsum, measureVcsum } from './measure-rouge.ts';
import { describeMissing, readData, type DataSets } from './read-data.ts';
import type { Evaluation } from './summarize-all.ts';

/** In the order in which they run: openings look at what the others wrote. */
const SECTIONS = {
  qmsum: measureQmsum,
  focus: measureFocus,
  vcsum: measureVcsum,
  csl: measureCsl,
  points: measurePoints,
  length: measureLengths,
  injection: measureInjection,
  openings: measureOpenings,
} satisfies Record<string, (evaluation: Evaluation) => Promise<void>>;
type Section = keyof typeof SECTIONS;

const WRITE_SECTIONS = ['stories', 'rewrite', ...NEWS_SECTIONS];

interface SummarizeCommand extends Flags {
  save?: string;
}

interface AnswerCommand extends Flags {
  embedder: string[];
  store?: string;
}

const program = new Command('eval').description('Measures the quality of tasks on public sets.');
const summarizing = addCommand('summarize', 'ROUGE beside baselines, support of points, lengths, injected orders', 'data sets');
addSections(summarizing, Object.keys(SECTIONS), 'documents of a set, and cases of a section')
  .option('--save <file>', 'append every summary to this file, one JSON object a line')
  .action(evaluateSummarize);
const translating = addCommand('translate', 'chrF2 and BLEU beside plain calls, sentences left untranslated, strings that are easily broken, glossary', 'data set');
addSections(translating, TRANSLATE_SECTIONS, 'sentences or strings of a section')
  .option('--show <n>', 'translations to print for a reader, each way', '5')
  .action(async (flags: Flags) => refuseWrong(await evaluateTranslate(flags)));
const answering = addCommand('answer', 'retrieval, intents, answers with their quotes, questions that nothing answers, latency', 'data sets', 'models that answer')
  .option('--embedder <ids...>', 'models that embed, for intents', ['all-minilm-l6-v2']);
addSections(answering, [...RETRIEVAL_SECTIONS, ...ANSWER_SECTIONS], 'questions of a section')
  .option('--show <n>', 'cases of a section to print for a reader', '10')
  .option('--store <file>', 'remember there what was read: other thresholds cost no other reading')
  .action(evaluateAnswers);
const writing = addCommand('write', 'stories, news reports and rewritten texts, by code: repetition, length, events told; what the facts or the text do not have; beside plain calls', 'E2E data');
addSections(writing, WRITE_SECTIONS, 'cases of a section')
  .option('--show <n>', 'texts to print for a reader', '3')
  .action(evaluateWrite);
await program.parseAsync();

function addCommand(name: string, description: string, data: string, models = 'models'): Command {
  return program
    .command(name)
    .description(description)
    .option('--data <folder>', `folder of the ${data}; without it you are told which`)
    .option('--model <ids...>', `${models}, as fromPretrained takes them`, ['small']);
}

function addSections(command: Command, sections: readonly string[], limited: string): Command {
  const all = sections.join(',');
  return command.option('--only <sections>', `some of ${all}`, all).option('--limit <n>', `${limited}, at most`, '1000');
}

async function evaluateSummarize(flags: SummarizeCommand): Promise<void> {
  const read = readFlags(flags, Object.keys(SECTIONS));
  if (typeof read === 'string') return refuse(read);
  const { chosen, limit } = read;
  const data = chosen.every((name) => name === 'injection' || name === 'openings') ? { qmsum: [], vcsum: [], csl: [] } : flags.data === undefined ? describeMissing(undefined) : readData(flags.data);
  if (typeof data === 'string') return refuse(data);
  const sections = (Object.keys(SECTIONS) as Section[]).filter((name) => chosen.includes(name));
  for (const name of flags.model) await evaluateModel(name, sections, data, limit, flags.save);
}

async function evaluateModel(name: string, sections: readonly Section[], data: DataSets, limit: number, save: string | undefined): Promise<void> {
  await using model = await fromPretrained(name);
  printRun(`Summaries by ${name}`, `${model.name}, context ${model.contextLength}, ${model.slots} side by side`, `${Math.round(totalmem() / 2 ** 30)} GiB`);
  const written: Evaluation['written'] = [];
  for (const section of sections) {
    const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, calls: 0 };
    const started = performance.now();
    await SECTIONS[section]({ model, data, limit, section, usage, written, save });
    const seconds = Math.round((performance.now() - started) / 1_000);
    console.log(`\n${section}: ${seconds} s, ${usage.calls} calls, ${usage.inputTokens} tokens read (${usage.cachedTokens} of them known already), ${usage.outputTokens} written`);
  }
}

async function evaluateAnswers({ embedder, ...flags }: AnswerCommand): Promise<void> {
  const [searching, reading] = divideSections(flags.only, RETRIEVAL_SECTIONS);
  if (searching !== '') refuseWrong(await evaluateRetrieval({ ...flags, model: embedder, only: searching }));
  if (reading !== '') refuseWrong(await evaluateAnswerTask({ ...flags, only: reading }));
}

async function evaluateWrite(flags: Flags): Promise<void> {
  const [news, others] = divideSections(flags.only, NEWS_SECTIONS);
  const chosen = others === '' ? [] : others.split(',');
  const unknown = chosen.filter((name) => !WRITE_SECTIONS.includes(name));
  if (unknown.length > 0) return refuse(`No section is called "${unknown.join('", "')}"; there are ${WRITE_SECTIONS.join(', ')}.`);
  if (chosen.includes('stories')) refuseWrong(await evaluateStory(flags));
  if (chosen.includes('rewrite')) refuseWrong(await evaluateRewrite(flags));
  if (news !== '') refuseWrong(await evaluateNews({ ...flags, only: news }));
}

function divideSections(only: string, known: readonly string[]): [known: string, others: string] {
  const chosen = only.split(',');
  return [chosen.filter((name) => known.includes(name)).join(','), chosen.filter((name) => !known.includes(name)).join(',')];
}

function refuseWrong(wrong: string | undefined): void {
  if (wrong !== undefined) refuse(wrong);
}

function refuse(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

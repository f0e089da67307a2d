import { TaskError } from '@glm-tasks/core';
import { createMarker, cutSentences, defineTask, detectLanguage, isOrderToModel, mapChunks, measureLength, type Store, type TaskContext, type TaskEvent, type TaskRun } from '@glm-tasks/task';
import { findConflicts } from './find-conflicts.ts';
import { fitLength } from './fit-length.ts';
import { chooseHouseStyle, fill, isChinese, writeDateline } from './house-style.ts';
import { factInScript, styleInScript } from './in-script.ts';
import { FIELDS, dressFact, readFacts, type NewsFact } from './news-fact.ts';
import { planNews, readTarget, type PlannedParagraph } from './plan-news.ts';
import { chooseNewsWording } from './prompts.ts';
import { cutNotes, extractFields } from './read-notes.ts';
import { newsInput, newsOutput, type News, type NewsInput, type NewsSentence, type Unused } from './schema.ts';
import { translateFacts } from './translate-facts.ts';
import { writeDates } from './write-date.ts';
import { writeHeadline } from './write-headline.ts';
import { writeParagraph, type Writing } from './write-paragraph.ts';

export interface NewsRun extends TaskRun {
  /** Remembers every finished call, by what was asked: a run that was stopped goes on. */
  store?: Store | undefined;
}

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/**
 * A news report from facts, or from notes: headline, first paragraph, body in the order of weight, quotations word for word with their speakers.
 * Every number, date, name and quotation of it stands in a fact; a sentence for which that is not so is asked for once more, then dropped or
 * replaced by the fact's own plain sentence. Fewer facts make a shorter text. Throws `invalid_input` for no facts, or none that can be used.
 *
 * @example
 * const facts = [{ who: 'The city council', what: 'approved a new tram line', when: '2026-05-03', where: 'Port Hale' }];
 * const { headline, text, used } = await writeNews({ facts, dateline: 'Port Hale' }, { model });
 */
export const writeNews = defineTask({
  name: 'write-news',
  description: 'Write a news report from facts or notes; every number, date, name and quotation in it comes from them',
  input: newsInput,
  output: newsOutput,
  async *run(input, { model, signal, store, usage }: TaskContext<NewsRun>) {
    const warnings: string[] = [];
    const given = input.facts ? readFacts(input.facts, input.language ?? detectFactLanguage(input)) : cutNotes(input.notes ?? input.text ?? '', warnings);
    const language = input.language ?? detectFactLanguage(input);
    const style = await styleInScript(chooseHouseStyle(input.style, language), language);
    const dateline = typeof input.dateline === 'string' ? { place: input.dateline } : (input.dateline ?? {});
    const target = readTarget(input.length, language);
    const year = dateline.date?.slice(0, 4);
    const lead = given[0] ?? { id: '', what: '', required: false };
    const writing: Writing = { model, wording: chooseNewsWording(language), language, style, year, marker: createMarker(JSON.stringify(given)), lead, store, signal };

    const screened = screen(given, input.facts !== undefined, warnings);
    if (screened.facts.length === 0) throw noFacts(warnings);
    const read = input.facts ? screened.facts : yield* readChosen(screened.facts, writing, input);
    const translated = yield* translateFacts(read, writing, warnings);
    const dressed = await Promise.all(translated.facts.map(async (fact) => dressFact(await factInScript(fact, language), style, year)));
    const conflicts = findConflicts(dressed);
    for (const { kept, left, values } of conflicts) warnings.push(`Facts ${kept.id} and ${left.id} contradict each other (${values[0]} against ${values[1]}); the report says what ${kept.id} says. Find out which is right.`);
    const sound = dressed.filter((fact) => !conflicts.some(({ left }) => left === fact));
    const plan = planNews(sound, style, language, target);
    const [opening] = plan.paragraphs;

    const told: Writing = { ...writing, lead: opening?.facts[0] ?? lead };
    const { headline, paragraphs } = opening ? yield* writeParagraphs(plan.paragraphs, told) : { headline: '', paragraphs: [] };
    const fitted = fitLength(paragraphs, new Set(sound.filter(({ required }) => required).map(({ id }) => id)), target);
    const used = sound.map(({ id }) => id).filter((id) => fitted.flat().some(({ factIds }) => factIds.includes(id)));
    const reasons = new Map([...screened.unused, ...translated.unused, ...conflicts.map(({ left }): Unused => ({ id: left.id, reason: 'conflict' }))].map(({ id, reason }) => [id, reason]));
    const unused = given.filter(({ id }) => !used.includes(id)).map(({ id }): Unused => ({ id, reason: reasons.get(id) ?? 'length' }));
    const report = layOut(fitted, { headline, byline: fill(style.byline, { byline: input.byline }), hasByline: input.byline !== undefined, dateline: writeDateline(style, { place: dateline.place, date: dateline.date === undefined ? undefined : writeDates(dateline.date, style, year), byline: input.byline }), language });
    for (const piece of cutSentences(report.text)) yield { type: 'text-delta', text: piece };
    const length = measureLength(fitted.flat().map(({ text }) => text).join('\n'), target.unit);
    const result: News = {
      ...report,
      facts: dressed,
      used,
      unused,
      status: unused.some(({ reason }) => reason !== 'length') || screened.silent > 0 || used.length === 0 ? 'incomplete' : 'complete',
      lengthMet: length <= target.max,
      usage: { ...usage },
      warnings: [...warnings, ...warnOf(length, target.max, target.unit, unused)],
    };
    return result;
  },
});

function detectFactLanguage({ facts, notes, text }: NewsInput): string {
  const language = detectLanguage(notes ?? text ?? (facts ?? []).map(({ who, what }) => `${who ?? ''} ${what}`).join('\n'));
  return language === 'und' ? 'en' : language;
}

function noFacts(warnings: readonly string[]): TaskError {
  const reasons = warnings.length === 0 ? 'there is none in what was given' : warnings.join(' ');
  return new TaskError('invalid_input', `write-news: no fact is left to report: ${reasons} Give at least one fact.`, { details: { field: 'facts' } });
}

/** Facts that give orders to a model are no facts; a quotation of nobody cannot be printed. */
function screen(facts: readonly NewsFact[], isTyped: boolean, warnings: string[]): { facts: NewsFact[]; unused: Unused[]; silent: number } {
  const isOrder = (fact: NewsFact) => FIELDS.some((field) => isOrderToModel(fact[field] ?? ''));
  const orders = isTyped ? facts.filter(isOrder) : [];
  if (orders.length > 0) warnings.push(`Left out, because they give orders to a model instead of saying what happened: ${orders.map(({ id }) => id).join(', ')}.`);
  const silent = facts.filter(({ quote }) => quote !== undefined && quote.speaker === undefined);
  if (silent.length > 0) warnings.push(`Quotations without a speaker are left out: ${silent.map(({ id }) => id).join(', ')}. Say who said it.`);
  const kept = facts.filter((fact) => !orders.includes(fact)).map((fact) => (silent.includes(fact) ? { ...fact, quote: undefined } : fact));
  return { facts: kept.filter(({ what, quote }) => what !== '' || quote !== undefined), unused: orders.map(({ id }) => ({ id, reason: 'order' as const })), silent: silent.length };
}

/** Only notes there is room for are read by the model. */
async function* readChosen(facts: readonly NewsFact[], writing: Writing, { length }: NewsInput): Steps<NewsFact[]> {
  const { left } = planNews(facts, writing.style, writing.language, readTarget(length, writing.language));
  const late = new Set(left);
  const read = yield* extractFields(facts.filter((fact) => !late.has(fact)), writing);
  return [...read, ...left];
}

async function* writeParagraphs(planned: readonly PlannedParagraph[], writing: Writing): Steps<{ headline: string; paragraphs: NewsSentence[][] }> {
  const { model, signal } = writing;
  const work = [undefined, ...planned];
  const mapped = mapChunks(work, async (paragraph, signal) => (paragraph ? writeParagraph(paragraph, { ...writing, signal }) : writeHeadline(planned[0]?.facts ?? [], { ...writing, signal })), { concurrency: model.slots, signal });
  for (;;) {
    const step = await mapped.next();
    if (step.done) {
      const [headline, ...paragraphs] = step.value;
      return { headline: headline as string, paragraphs: paragraphs as NewsSentence[][] };
    }
    const { done, total, value } = step.value;
    yield { type: 'progress', stage: 'writing', done, total };
    if (typeof value !== 'string') yield { type: 'partial', value: { paragraph: value.map(({ text }) => text).join(' ') } };
  }
}

interface Frame {
  headline: string;
  byline: string;
  hasByline: boolean;
  dateline: string;
  language: string;
}

function layOut(fitted: readonly NewsSentence[][], { headline, byline, hasByline, dateline, language }: Frame): Pick<News, 'headline' | 'lede' | 'paragraphs' | 'text'> {
  const space = isChinese(language) ? '' : ' ';
  const paragraphs = fitted.map((sentences) => ({ text: sentences.map(({ text }) => text).join(space), sentences }));
  const body = paragraphs.map(({ text }, index) => (index === 0 ? `${dateline}${text}` : text));
  return { headline, lede: paragraphs[0]?.text ?? '', paragraphs, text: [headline, hasByline ? byline : '', ...body].filter((part) => part !== '').join('\n\n') };
}

function warnOf(length: number, most: number, unit: string, unused: readonly Unused[]): string[] {
  const late = unused.filter(({ reason }) => reason === 'length').map(({ id }) => id);
  return [
    ...(late.length > 0 ? [`No room for ${late.join(', ')} in ${most} ${unit}.`] : []),
    ...(length > most ? [`The report has ${length} ${unit}, more than the ${most} asked for: its required facts, or its first sentence, need them.`] : []),
  ];
}

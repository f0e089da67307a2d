import { isTaskError } from '@glm-tasks/core';
import { buildPrompt, findFacts, mapChunks, markOrders, measureLength, remember, cutSentences, type TaskEvent } from '@glm-tasks/task';
import { z } from 'zod';
import type { NewsFact } from './news-fact.ts';
import type { Writing } from './write-paragraph.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** Of the prompt and the form. To be raised with every change that changes what is extracted. */
const VERSION = 1;
const form = z.object({
  who: z.string().max(200).describe('who or what the note is about, word for word'),
  what: z.string().max(400).describe('what happened, word for word'),
  when: z.string().max(100).optional().describe('the time or date, word for word'),
  where: z.string().max(100).optional().describe('the place, word for word'),
});
const QUOTED = /[“"「]([^“”"「」\n]{2,400})[”"」]/u;
const SPEAKER_WORD = '(?:sa(?:id|ys)|told (?:reporters|us|the council)|added|stated)';
const before = new RegExp(`(?:^|[.,;] )([\\p{L}][^.,;:“”"]{1,80}?),? ${SPEAKER_WORD}[,:]? *$`, 'u');
const APPOSITION = '(?:, (?:an?|the|its|their|her|his|who|head|chair|director|mayor|owner) [^.;,“”"]{1,80})?';
const behind = new RegExp(`^,? *(?:${SPEAKER_WORD} ([^.;,“”"]{2,80}${APPOSITION})|([^.;,“”"]{2,80}${APPOSITION}),? ${SPEAKER_WORD})(?=[.;,]|$)`, 'u');
const beforeChinese = /(?:^|[，。；])([^，。；：“”]{2,30}?)(?:说|表示|指出|介绍|告诉记者|强调|称)(?:道)?[：:，,]?\s*$/u;
const behindChinese = /^[，,]?([^，。；：“”]{2,30}?)(?:说|表示|指出|介绍|告诉记者|强调|称)(?=[。，]|$)/u;

/** The sentences and lines of notes as facts, each still unread: a whole statement, its quotation apart. Orders to a model are left out, and counted. */
export function cutNotes(notes: string, warnings: string[]): NewsFact[] {
  const sentences = notes.split('\n').flatMap((line) => cutSentences(`${line}\n`));
  const marks = markOrders(sentences);
  const items = sentences.map((text, index) => ({ text: text.replace(/^\s*(?:[-*•·]|\(?\d{1,2}[.)、）](?!\d))\s*/u, '').trim(), isOrder: marks[index] })).filter(({ text }) => /[\p{L}\p{N}]{2}/u.test(text));
  const orders = items.filter(({ isOrder }) => isOrder).length;
  if (orders > 0) warnings.push(`${orders} sentence${orders > 1 ? 's' : ''} of the notes left out: they give orders to a model instead of saying what happened.`);
  return putLeadFirst(items.filter(({ isOrder }) => !isOrder).map(({ text }, index) => toFact(text, `n${index + 1}`)));
}

function toFact(text: string, id: string): NewsFact {
  const match = QUOTED.exec(text);
  const [lead, tail] = match ? [text.slice(0, match.index), text.slice(match.index + match[0].length)] : [text, ''];
  const speaker = match ? findSpeaker(lead, tail) : undefined;
  if (!match || (speaker === undefined && !isSpeech(match[1] as string))) return { id, statement: end(text), what: text.replace(/[.。]$/u, ''), required: false };
  const quote = { text: (match[1] as string).trim().replace(/,$/, ''), ...(speaker === undefined ? {} : { speaker: speaker.name }) };
  const rest = (speaker?.rest ?? `${lead} ${tail}`).replace(/^[\s,，.。;；:：]+|[\s,，;；:：]+$/gu, '').replace(/[.。]$/u, '');
  return { id, ...(measureLength(rest, 'words') >= 4 ? { statement: end(rest), what: rest } : { what: '' }), quote, required: false };
}

/** A name or a title may stand in quotation marks; what people say has a verb's length at least. */
function isSpeech(quoted: string): boolean {
  return measureLength(quoted, 'words') >= 5;
}

function findSpeaker(lead: string, tail: string): { name: string; rest: string } | undefined {
  for (const [pattern, text, other] of [[before, lead, tail], [beforeChinese, lead, tail], [behind, tail, lead], [behindChinese, tail, lead]] as const) {
    const match = pattern.exec(text);
    const name = (match?.[1] ?? match?.[2])?.trim();
    if (!match || name === undefined || /^(?:he|she|they|it|他|她|他们|并|还)$/iu.test(name)) continue;
    const rest = text === lead ? `${text.slice(0, match.index)} ${other}` : `${other} ${text.slice(match[0].length)}`;
    return { name, rest };
  }
  return undefined;
}

/** Notes come in the order in which they were taken: of the first five, that which says most of who, when, where and how much leads. */
function putLeadFirst(facts: NewsFact[]): NewsFact[] {
  const weigh = ({ what }: NewsFact) => new Set(findFacts(what).map(({ kind }) => kind)).size;
  const candidates = facts.slice(0, 5).filter(({ what, quote }) => what !== '' && quote === undefined);
  const [lead] = candidates.toSorted((a, b) => weigh(b) - weigh(a));
  return lead === undefined ? facts : [lead, ...facts.filter((fact) => fact !== lead)];
}

/**
 * Who, what, when and where of each note, as the model takes them out; a value that does not stand in the note word for word is dropped, and a
 * note from which nothing can be taken stays the statement that it is.
 */
export async function* extractFields(facts: readonly NewsFact[], { model, wording, marker, store, signal }: Writing): Steps<NewsFact[]> {
  const mapped = mapChunks(
    facts,
    async (fact, signal) => {
      if (fact.statement === undefined) return fact;
      const asked = { system: wording.system, document: fact.statement, instruction: wording.extract };
      const ask = async () => (await model.generateObject(buildPrompt({ ...asked, marker }), { schema: form, maxTokens: 300, signal })).object;
      try {
        return keepVerbatim(fact, await remember(store, { made: 'news fact', version: VERSION, model: model.name, ...asked }, ask, form));
      } catch (error) {
        if (isTaskError(error) && error.code === 'output_invalid') return fact;
        throw error;
      }
    },
    { concurrency: model.slots, signal },
  );
  for (;;) {
    const step = await mapped.next();
    if (step.done) return step.value;
    yield { type: 'progress', stage: 'reading notes', done: step.value.done, total: step.value.total };
  }
}

/** `who` must open the note, or it is not its subject; the rest of the note is then what happened. */
function keepVerbatim(fact: NewsFact, { who, when, where }: z.output<typeof form>): NewsFact {
  const statement = fact.statement as string;
  const find = (value: string | undefined) => {
    const wanted = value?.trim().replace(/[.。，,]$/u, '');
    const start = wanted ? statement.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
    return wanted && start >= 0 ? statement.slice(start, start + wanted.length) : undefined;
  };
  const subject = find(who);
  const opens = subject !== undefined && statement.toLowerCase().startsWith(subject.toLowerCase()) && subject.length < statement.length - 4;
  const [time, place] = [find(when), find(where)];
  return {
    ...fact,
    ...(opens ? { who: subject, what: statement.slice(subject.length).replace(/[.。]$/u, '').trim() } : {}),
    ...(time === undefined ? {} : { when: time }),
    ...(place === undefined || place === subject ? {} : { where: place }),
  };
}

/** Notes begin in lower case and end anyhow. */
function end(text: string): string {
  const begun = text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return /[.!?。！？]$/u.test(begun) ? begun : `${begun}${/\p{Script=Han}/u.test(begun) ? '。' : '.'}`;
}

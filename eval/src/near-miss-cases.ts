import { cutSentences, findFacts } from '@glm-tasks/task';
import type { ReadingCase } from './answer-data.ts';

/** A question that looks as if its paragraph answered it, and is not answered there. */
export interface NearMiss {
  id: string;
  kind: 'deleted' | 'name' | 'number';
  question: string;
  context: string;
}

/** Shorter paragraphs are no near miss: nothing is left to be misled by. */
const LEAST_LEFT = 60;

/**
 * Makes near misses of answered questions: the sentences with the answer deleted; the name, number or date that is asked about swapped for one
 * the paragraph does not have. At most one of each kind for a question, in turns, so that the kinds are as even as the data allow.
 */
export function makeNearMisses(cases: readonly ReadingCase[], most: number): NearMiss[] {
  const names = cases.map(({ question, context }) => findAskedName(question, context));
  const kinds = [
    cases.map(deleteAnswer),
    cases.map((given, index) => swapName(given, names[index], names.slice(index + 1).concat(names.slice(0, index)))),
    cases.map(swapNumber),
  ].map((made) => made.filter((one) => one !== undefined));
  const chosen: NearMiss[] = [];
  for (let round = 0; chosen.length < most && kinds.some((made) => round < made.length); round++) chosen.push(...kinds.flatMap((made) => made[round] ?? []));
  return chosen.slice(0, most);
}

function deleteAnswer({ id, question, context, answers }: ReadingCase): NearMiss | undefined {
  const places = answers.map((answer) => ({ start: context.indexOf(answer), end: context.indexOf(answer) + answer.length }));
  let end = 0;
  const kept = cutSentences(context).filter((sentence) => {
    const start = end;
    end += sentence.length;
    return !places.some((place) => start < place.end && end > place.start);
  });
  const left = kept.join('');
  if (left.length < LEAST_LEFT || answers.some((answer) => left.includes(answer))) return undefined;
  return { id: `${id} deleted`, kind: 'deleted', question, context: left };
}

function swapName({ id, question, context }: ReadingCase, name: string | undefined, others: readonly (string | undefined)[]): NearMiss | undefined {
  const other = others.find((candidate) => candidate !== undefined && name !== undefined && !context.includes(candidate) && !candidate.includes(name) && !name.includes(candidate));
  if (name === undefined || other === undefined) return undefined;
  return { id: `${id} name`, kind: 'name', question: question.replaceAll(name, other), context };
}

/** What the paragraph is about, where the question names it: its beginning, as encyclopedias open, or a 《title》. */
export function findAskedName(question: string, context: string): string | undefined {
  const title = /《[^《》]{2,20}》/u.exec(question)?.[0];
  if (title !== undefined && context.includes(title)) return title;
  for (let length = 20; length >= 2; length--) {
    const opening = context.slice(0, length);
    // A name ends where a bracket, a comma or "is" follows; 的 and the like are no part of one.
    if (/^[\p{L}\p{N}·]+$/u.test(opening) && /^[（(，,]|^[是为在位又乃]/u.test(context.slice(length)) && question.includes(opening)) return opening;
  }
  return undefined;
}

function swapNumber({ id, question, context }: ReadingCase): NearMiss | undefined {
  for (const fact of findFacts(question)) {
    const digits = /\d+/.exec(fact.kind === 'name' ? '' : fact.text)?.[0];
    if (digits === undefined || !context.includes(digits)) continue;
    // Near enough to be believed: 2012 becomes 2015 or a year close to it.
    for (let step = 3; step < 30; step++) {
      const other = String(Number(digits) + step);
      if (context.includes(other)) continue;
      const at = question.indexOf(digits, fact.start);
      return { id: `${id} number`, kind: 'number', question: `${question.slice(0, at)}${other}${question.slice(at + digits.length)}`, context };
    }
  }
  return undefined;
}

import { findFacts, splitSentences } from '@glm-tasks/task';
import { isMentioned } from './point-check.ts';
import type { ChapterChanges, PlannedChapter, StoryBible } from './story-schema.ts';

export type Contradiction =
  | { kind: 'dead'; name: string; since: number }
  | { kind: 'name'; name: string; written: string }
  | { kind: 'place'; name: string; was: string; is: string }
  | { kind: 'time'; was: string; is: string };

/** What lets the dead into a sentence, and an old year: memories, dreams, graves, letters. */
const MEMORY = /\b(?:remember\w*|memor\w+|recall\w*|dream\w*|grave\w*|ghost\w*|photo\w*|portrait|letter|diary|used to|once|ago|had (?:been|died|said|told|loved|written|left)|late|dead|died|death|buried|funeral|without)\b|记得|回忆|想起|梦|坟|墓|灵|鬼|照片|遗|日记|信|生前|曾|当年|从前|那年|已故|死|去世|葬|走后|留下/iu;
const TRAVEL = /\b(?:arriv|reach|return|came|come|went|go|walk|ran|run|ride|rode|drove|drive|sail|flew|travel|back|enter|left|leave|climb|cross|later|next|after|morning|day|week|month|year)\w*\b|到|回|来|去|走|跑|进|出|离|路|车|船|第二天|次日|后|天|夜|早|晚|年|月/iu;

/** Where a chapter does not go together with the ones before, as far as names, deaths, places and years tell. */
export function findContradictions(text: string, { people }: ChapterChanges, planned: PlannedChapter, before: StoryBible): Contradiction[] {
  const sentences = splitSentences(text);
  return [...findDead(sentences, before), ...findSlips(text, people, planned, before), ...findJumps(sentences, before), ...findOldYears(sentences, before)];
}

/** Who died in an earlier chapter and acts in this one: twice at least, and not in anybody's memory. */
function findDead(sentences: readonly string[], { characters }: StoryBible): Contradiction[] {
  return characters
    .filter(({ name, alive }) => !alive && sentences.filter((sentence) => isMentioned(sentence, name) && !MEMORY.test(sentence)).length > 1)
    .map(({ name, lastSeen }) => ({ kind: 'dead', name, since: lastSeen }));
}

/** A name one letter off, where the one that was planned is missing: Marla for Maria, 李鸣 for 李明. */
function findSlips(text: string, people: ChapterChanges['people'], planned: PlannedChapter, { characters }: StoryBible): Contradiction[] {
  const known = characters.map(({ name }) => name);
  const written = [...new Set([...findFacts(text).filter(({ kind }) => kind === 'name').map((fact) => fact.text), ...people.map(({ name }) => name)])];
  return known
    .filter((name) => planned.cast.includes(name) && !isMentioned(text, name))
    .flatMap((name) => {
      const slip = written.find((other) => !known.includes(other) && isOneOff(name, other));
      return slip === undefined ? [] : [{ kind: 'name', name, written: slip } as const];
    });
}

/** Somebody who was left in one known place and opens the chapter in another, without a word of a way or of time. */
function findJumps(sentences: readonly string[], { characters, places }: StoryBible): Contradiction[] {
  const opening = sentences.slice(0, 3);
  if (opening.some((sentence) => TRAVEL.test(sentence))) return [];
  return characters.flatMap(({ name, place }) => {
    const sentence = opening.find((text) => isMentioned(text, name));
    const other = sentence === undefined || place === '' ? undefined : places.find((known) => known !== place && sentence.includes(known) && !known.includes(place) && !place.includes(known));
    return other === undefined || sentence!.includes(place) ? [] : [{ kind: 'place', name, was: place, is: other } as const];
  });
}

/** A year before the years of earlier chapters, told as now. */
function findOldYears(sentences: readonly string[], { timeline }: StoryBible): Contradiction[] {
  const latest = Math.max(...timeline.flatMap(({ when, event }) => [...yearsOf(`in ${when}`), ...yearsOf(event)]));
  const told = Math.max(...sentences.filter((sentence) => !MEMORY.test(sentence)).flatMap(yearsOf));
  return Number.isFinite(latest) && Number.isFinite(told) && told < latest ? [{ kind: 'time', was: `${latest}`, is: `${told}` }] : [];
}

/** Four digits are a year behind "in", "year" or a month, and before 年. */
const YEAR = /(?:\b(?:in|since|year|january|february|march|april|may|june|july|august|september|october|november|december)\s+|(?<!\d))((?:1\d|20)\d\d)(?!\d)(年)?/giu;

function yearsOf(text: string): number[] {
  return [...text.matchAll(YEAR)].flatMap(([found, year, mark]) => (mark !== undefined || /^\p{L}/u.test(found) ? Number(year) : []));
}

function isOneOff(one: string, other: string): boolean {
  const [a, b] = [[...one], [...other]];
  if (/\p{Script=Han}/u.test(one)) return a.length === b.length && a.length > 1 && a[0] === b[0] && a.filter((character, index) => character !== b[index]).length === 1;
  if (a.length < 4 || Math.abs(a.length - b.length) > 1 || a[0] !== b[0]) return false;
  const start = a.findIndex((letter, index) => letter !== b[index]);
  if (start < 0) return b.length === a.length + 1;
  const rest = (letters: string[], from: number) => letters.slice(from).join('');
  return rest(a, start + 1) === rest(b, start + 1) || rest(a, start) === rest(b, start + 1) || rest(a, start + 1) === rest(b, start);
}

/** For people who read the result. */
export function describeContradiction(found: Contradiction): string {
  switch (found.kind) {
    case 'dead':
      return `${found.name} died in chapter ${found.since} and acts again.`;
    case 'name':
      return `${found.name} is called ${found.written}.`;
    case 'place':
      return `${found.name} was in "${found.was}" and is in "${found.is}" without a way between.`;
    case 'time':
      return `It takes place in ${found.is}, after a chapter in ${found.was}.`;
    default:
      return found satisfies never;
  }
}

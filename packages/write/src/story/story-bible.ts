import { isSameName } from './point-check.ts';
import type { StoryBible, StoryChapter, StoryOutline } from './story-schema.ts';

/** Of each, what a bible holds at most: the newest. */
const MOST = { facts: 60, threads: 12 };

/** The bible after these chapters. It is computed from what each of them changed, so that a rewritten chapter changes it too. */
export function foldBible({ characters, chapters: planned }: StoryOutline, chapters: readonly Pick<StoryChapter, 'number' | 'changes'>[]): StoryBible {
  const bible: StoryBible = {
    characters: characters.map(({ name, role }) => ({ name, role, alive: true, place: '', lastSeen: 0 })),
    places: [],
    facts: [],
    openThreads: [],
    timeline: [],
  };
  for (const { number, changes } of chapters) {
    for (const { name, alive, place } of changes.people) {
      let known = bible.characters.find((character) => isSameName(character.name, name));
      if (!known) bible.characters.push((known = { name, role: '', alive: true, place: '', lastSeen: 0 }));
      known.lastSeen = number;
      known.alive &&= alive;
      if (place !== '') known.place = place;
    }
    for (const place of [planned[number - 1]?.place ?? '', ...changes.people.map((person) => person.place)]) if (place !== '' && !bible.places.includes(place)) bible.places.push(place);
    for (const text of changes.facts) if (!bible.facts.some((fact) => fact.text === text)) bible.facts.push({ text, chapter: number });
    bible.openThreads = [...new Set([...bible.openThreads.filter((thread) => !changes.closed.includes(thread)), ...changes.opened])].slice(-MOST.threads);
    bible.timeline.push({ chapter: number, when: changes.when, event: changes.summary });
  }
  return { ...bible, facts: bible.facts.slice(-MOST.facts) };
}

/** What happened so far, in as many characters as are given: the newest chapters by their summaries. */
export function tellSoFar({ timeline }: StoryBible, most: number): string {
  const told: string[] = [];
  let length = 0;
  for (const { event } of timeline.toReversed()) {
    length += event.length;
    if (length > most && told.length > 0) break;
    told.unshift(event);
  }
  return told.join(' ');
}

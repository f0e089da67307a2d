import { findFacts } from '@glm-tasks/task';
import type { Pair } from './prompts.ts';

/** What was translated earlier in a document, found again by the names in it. */
export interface PairMemory {
  add(index: number, pair: Pair): void;
  /** Pairs up to a place that share most names with a text, the latest of equals; in the order of the document. */
  findFor(text: string, upTo: number): Pair[];
}

/** Letters of source and target together: context is read anew for every call. */
const BUDGET = 600;
const MOST_PAIRS = 2;
/** Later pairs than these are not looked at: a name that was not seen for so long is translated anew. */
const MOST_CANDIDATES = 8;
const FUNCTION_CHARACTERS = /[的了着是在和与及或也就都而吗呢吧啊这那我你他她它们之其个一不有为对以到从被把上下中来去说要会能可没很更最年月日]/u;

export function createPairMemory(): PairMemory {
  const pairs = new Map<number, Pair>();
  const places = new Map<string, number[]>();
  return {
    add(index, pair) {
      if (pair.source.length + pair.target.length > BUDGET) return;
      pairs.set(index, pair);
      for (const name of namesOf(pair.source)) places.set(name, [...(places.get(name) ?? []), index].sort((a, b) => a - b).slice(-MOST_CANDIDATES * 8));
    },
    findFor(text, upTo) {
      const shared = new Map<number, number>();
      for (const name of namesOf(text)) {
        for (const index of (places.get(name) ?? []).filter((place) => place <= upTo).slice(-MOST_CANDIDATES)) shared.set(index, (shared.get(index) ?? 0) + 1);
      }
      const ranked = [...shared].sort(([a, one], [b, other]) => other - one || b - a).slice(0, MOST_PAIRS);
      const chosen: number[] = [];
      let left = BUDGET;
      for (const [index] of ranked) {
        const { source, target } = pairs.get(index) as Pair;
        left -= source.length + target.length;
        if (left >= 0) chosen.push(index);
      }
      return chosen.sort((a, b) => a - b).map((index) => pairs.get(index) as Pair);
    },
  };
}

/** Names by rules, and of Chinese, whose personal names no rule finds, every three characters that no particle interrupts. */
function namesOf(text: string): Set<string> {
  // "Captain Maria Lopes" is Maria Lopes too.
  const names = new Set(findFacts(text).filter(({ kind }) => kind === 'name').flatMap(({ value }) => value.split(' ').filter(({ length }) => length > 2)));
  for (const [run] of text.matchAll(/\p{Script=Han}{3,}/gu)) {
    const characters = [...run];
    for (let index = 0; index + 3 <= characters.length; index++) {
      const gram = characters.slice(index, index + 3).join('');
      if (!FUNCTION_CHARACTERS.test(gram)) names.add(gram);
    }
  }
  return names;
}

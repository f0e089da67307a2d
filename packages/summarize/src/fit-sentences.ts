import { findTerms, measureLength, type LengthTarget } from '@glm-tasks/task';

/** A sentence the summary may have. */
export interface Candidate {
  text: string;
  /** Where the text says it: sentences are told in that order. */
  place: number;
  /** Whether it stands in the draft; the others only fill what is missing. */
  isDraft: boolean;
}

/** A choice is the one it grew from and one sentence more. */
interface Choice {
  before: Choice | undefined;
  index: number;
  text: string;
  length: number;
  /** What is told, in units of the target; what the draft has counts twice. */
  value: number;
}

/** Two sentences that share this much of the shorter one's terms say the same. */
const SAME = 0.6;
const ALIKE = { characters: 8, letters: 30 };
/** Less than this of a sentence is not what it said. */
const LEAST_CUT = 0.5;
/** Totals told apart; of two choices that differ by less the better one is kept. */
const TOTALS = 400;
/** What is left of a sentence that was cut counts for so much less. */
const CUT_VALUE = 0.5;

/**
 * The sentences that together have the length asked for, in the order of the text, none of them saying what another says; `undefined` where no
 * choice has it. Small models cannot count, but of ten sentences some always add up. A sentence loses its last clauses only where whole ones do not add up.
 */
export function fitSentences(candidates: readonly Candidate[], target: LengthTarget & { wanted: number }): string[] | undefined {
  const ordered = candidates.toSorted((a, b) => a.place - b.place);
  return choose(ordered, target, (text) => [text]) ?? choose(ordered, target, (text) => [text, ...cutClauses(text)]);
}

function choose(candidates: readonly Candidate[], target: LengthTarget & { wanted: number }, vary: (text: string) => string[]): string[] | undefined {
  const saysTheSame = compare(candidates);
  const step = Math.max(1, target.max / TOTALS);
  // One choice for every total: their number is bounded, that of all choices would double with each sentence.
  const choices = new Map<number, Choice>([[0, { before: undefined, index: -1, text: '', length: 0, value: 0 }]]);
  for (const [index, { text: whole, isDraft }] of candidates.entries()) {
    const versions = vary(whole).map((text) => ({ text, size: measureLength(text, target.unit) }));
    const known = [...choices.values()]; // what is added below has this sentence already
    for (const before of known) {
      if (someChosen(before, (other) => saysTheSame(other, index))) continue;
      for (const { text, size } of versions) {
        const length = before.length + size;
        const value = before.value + size * (isDraft ? 2 : 1) * (text === whole ? 1 : CUT_VALUE);
        const total = Math.floor(length / step);
        if (length <= target.max && (choices.get(total)?.value ?? -1) < value) choices.set(total, { before, index, text, length, value });
      }
    }
  }
  const fitting = [...choices.values()].filter(({ length }) => length >= target.min);
  const worth = ({ value, length }: Choice) => value - 2 * Math.abs(length - target.wanted);
  return fitting.length === 0 ? undefined : listTexts(fitting.reduce((best, choice) => (worth(choice) > worth(best) ? choice : best)));
}

function someChosen(choice: Choice, test: (index: number) => boolean): boolean {
  for (let one: Choice | undefined = choice; one !== undefined && one.index >= 0; one = one.before) if (test(one.index)) return true;
  return false;
}

function listTexts(choice: Choice): string[] {
  const texts: string[] = [];
  for (let one: Choice | undefined = choice; one !== undefined && one.index >= 0; one = one.before) texts.unshift(one.text);
  return texts;
}

/** Whether two candidates say the same; each pair is looked at once. */
function compare(candidates: readonly Candidate[]): (a: number, b: number) => boolean {
  const terms = candidates.map(({ text }) => findTerms(text));
  const known = new Map<number, boolean>();
  return (a, b) => {
    const pair = a * candidates.length + b;
    const same = known.get(pair) ?? (overlap(terms[a] as Set<string>, terms[b] as Set<string>) >= SAME || beginsAlike(candidates[a]?.text ?? '', candidates[b]?.text ?? ''));
    known.set(pair, same);
    return same;
  };
}

function overlap(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((term) => b.has(term)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}

/** A second version of a sentence often has another end only. */
function beginsAlike(a: string, b: string): boolean {
  const least = /\p{Script=Han}/u.test(a) ? ALIKE.characters : ALIKE.letters;
  return a.length >= least && a.slice(0, least) === b.slice(0, least);
}

/** Where a clause ends that the sentence can do without: English says by its next word that a new one begins, Chinese has 、 for lists. */
const clauseEnd = /(?:，|；|; |, (?=(?:which|who|whose|where|while|but|so|because|although|though|including|such as|as well as|with|making|allowing|leading|resulting|and (?:it|he|she|they|we|the))\b))/gu;
/** A sentence that begins so means nothing before its second clause. */
const leading = /^(?:although|though|while|if|when|because|since|as|after|before|once|despite|given|to|by|in order to)\b|^(?:虽然|尽管|如果|由于|因为|为了|随着|当|在|对于?|针对|通过|根据|按照|经过|除了|不仅|与其|即使)/iu;

/** The sentence without its last clauses: shorter and shorter versions, each still more than half of it. */
function cutClauses(sentence: string): string[] {
  const ends = [...sentence.matchAll(clauseEnd)].map(({ index }) => index).filter((end) => end >= sentence.length * LEAST_CUT);
  const isWhole = (end: number) => !leading.test(sentence) || /[,，;；]/.test(sentence.slice(0, end));
  return ends.filter(isWhole).map((end) => `${sentence.slice(0, end).trimEnd()}${/\p{Script=Han}/u.test(sentence) ? '。' : '.'}`);
}

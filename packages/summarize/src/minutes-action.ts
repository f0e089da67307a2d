import { findFacts, findTurns, type Support } from '@glm-tasks/task';

/** What somebody says in a row, by offsets into a part of the meeting. */
export interface Turn {
  speaker: string | undefined;
  start: number;
  end: number;
}

/** The turns of a part, from its beginning, where somebody may be speaking on; one turn where they cannot be told. */
export function listTurns(text: string, speaker: string | undefined): Turn[] {
  const turns = findTurns(text) ?? [];
  const first = turns[0]?.start ?? text.length;
  return first === 0 ? turns : [{ speaker, start: 0, end: first }, ...turns];
}

export interface Named {
  /** As the entry has it. */
  name: string;
  /** As the text has it; undefined where the text does not bear it out. */
  owner: string | undefined;
}

export interface Part {
  text: string;
  turns: readonly Turn[];
  find(statement: string): Support;
}

/** Who does it, where the entry says so: the name it begins with, or the one behind "by" or 由. */
export function findOwner(entry: string, { text, turns, find }: Part): Named | undefined {
  const start = /^(?:I(?= (?:will|am|shall|can)\b)|我(?=会|来|去|要|负责))/.exec(entry)?.[0];
  // The name alone would find everything its owner says.
  const placesWithout = (name: string) => placesOf(find(entry.replace(name, '')).sources, turns);
  if (start !== undefined) return { name: start, owner: placesWithout(start)[0]?.speaker };
  const speakers = [...new Set(turns.map(({ speaker }) => speaker).filter((speaker) => speaker !== undefined))];
  const names = speakers.flatMap((speaker) => [speaker, ...speaker.split(' ').filter((word) => word.length > 1 && word !== speaker && /^\p{Lu}/u.test(word))]);
  const facts = findFacts(entry).filter(({ kind, start }) => kind === 'name' && start === 0).map((fact) => fact.text);
  const name = [...names, ...facts].sort((a, b) => b.length - a.length).find((name) => beginsWith(entry, name));
  return name === undefined ? undefined : { name, owner: placeOwner(name, placesWithout(name).slice(0, 2), text, turns) };
}

/** "Mary will …", "The Project Manager is to …", "… by Mary", 李婷…, 由李婷…. */
function beginsWith(entry: string, name: string): boolean {
  return new RegExp(`^(?:the )?${escape(name)}(?![\\p{Lu}\\p{Ll}])|(?:\\b(?:is|are|be) \\p{L}+ by |由)${escape(name)}(?![\\p{Lu}\\p{Ll}])`, 'iu').test(entry);
}

/** Who says so does it; nobody has to answer. */
const COMMITMENT = /\bI(?: will|['’]ll| can| could| shall| am going to|['’]m (?:going to|gonna))\b|\blet me\b|我(?:来|会|去|负责|马上|尽快|今天|明天|回头|估计)/i;

/**
 * A name must stand where the task does: in the turn the task was found in or, unless somebody offers it there, in the one behind it; as a speaker
 * or in what is said. Of all the people of a meeting a model often takes the one who speaks most.
 */
function placeOwner(name: string, places: readonly Turn[], text: string, turns: readonly Turn[]): string | undefined {
  for (const turn of places) {
    const place = turns.indexOf(turn);
    for (const near of turns.slice(place, COMMITMENT.test(text.slice(turn.start, turn.end)) ? place + 1 : place + 2)) {
      if (near.speaker !== undefined && near.speaker.split(' ').concat(near.speaker).some((part) => part.toLowerCase() === name.toLowerCase())) return near.speaker;
      const said = findWords(text.slice(near.start, near.end), name);
      if (said !== undefined) return said;
    }
  }
  return undefined;
}

function placesOf(sources: Support['sources'], turns: readonly Turn[]): Turn[] {
  return sources.flatMap(({ start }) => turns.find((turn) => turn.start <= start && start < turn.end) ?? []);
}

const day = '(?:today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?: (?:morning|afternoon|evening|night))?';
const period = '(?:day|week|weekend|month|quarter|year|meeting)';
const TIMES = [
  new RegExp(`\\b(?:(?:by|before|until|till|on|for|no later than) )?(?:(?:the|next|this|coming|end of) )*(?:${day}|(?:end|beginning|middle) of (?:(?:the|next|this) )*${period}|(?:next|this) ${period})\\b`, 'i'),
  /\b(?:in|within) (?:an?|one|two|three|four|five|six|\d+) (?:hour|day|week|month)s?\b/i,
  /(?:[本这下]个?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期|礼拜)[一二三四五六日天末]|[今明后]天|今晚|[本这下]个?(?:月底?|季度|年底?)|[月年周]底|下次会?议?|[一两二三四五六七八九十\d]+(?:天|周|个月|个?小时)(?=[之以]?内))(?:[上下]午|晚上|下班)?(?:[之以]?[前内])?/u,
];

/** Until when, where the entry says so and the text does too; in the words of the text, or of the entry where it has the same date in others. */
export function findDue(entry: string, text: string): string | undefined {
  for (const pattern of TIMES) {
    const words = pattern.exec(entry)?.[0];
    const said = words === undefined ? undefined : (findWords(text, words) ?? findWords(text, words.replace(/^(?:by|before|until|till|on|for|no later than) |[之以]?[前内]$/giu, '')));
    if (said !== undefined) return said;
  }
  const known = new Set(findFacts(text).map(({ kind, value }) => `${kind} ${value}`));
  return findFacts(entry).find(({ kind, value }) => kind === 'date' && known.has(`date ${value}`))?.text;
}

/** Where the words stand in the text, whatever their case and spacing; as they stand there. */
function findWords(text: string, words: string): string | undefined {
  const pattern = words.trim().split(/\s+/u).map(escape).join('\\s+');
  return new RegExp(`(?<![\\p{Lu}\\p{Ll}\\p{N}])${pattern}(?![\\p{Lu}\\p{Ll}\\p{N}])`, 'iu').exec(text)?.[0];
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

import { findFacts, isEcho, meetsTarget, measureLength, type LengthTarget } from '@glm-tasks/task';
import { findForeign } from './news/check-sentence.ts';

const QUOTED = /[“"「『]([^“”"「」『』]{2,})[”"」』]/gu;

/** Dates to their reader, and no values that could be compared. 一周一次 has none. */
const DAYS = /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?<![一两三四五六七八九十每])(?:星期|周|礼拜)[一二三四五六日天末](?![次回遍趟])/giu;

const NO_NAME = /\b(?:hey|hi|hello|dear|so|well|thanks|please|i(?:['’](?:ll|m|ve|d))?|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?![\p{L}'’])/giu;

/** What a rewriting lost, made up or failed to do; nothing where it is sound. */
export function checkRewriting(text: string, source: string, target: LengthTarget | undefined): string[] {
  const lost = findLost(text, source);
  const foreign = findForeign(text, source);
  return [
    ...(lost.length > 0 ? [`it lacks ${lost.slice(0, 6).join(', ')}`] : []),
    ...(foreign.length > 0 ? [`it says ${foreign.slice(0, 6).join(', ')}, which the text does not`] : []),
    ...(fold(text) === fold(source) || (target === undefined && isEcho(text, source)) ? ['it is the same text'] : []),
    ...(target === undefined ? checkSize(text, source) : []),
    ...(target !== undefined && !meetsTarget(text, target) ? [`it has ${measureLength(text, target.unit)} ${target.unit} instead of ${target.min} to ${target.max}`] : []),
  ];
}

/** Other words take other room, but not this much: then something was left out or added. */
function checkSize(text: string, source: string): string[] {
  const share = measureLength(text, 'characters') / Math.max(1, measureLength(source, 'characters'));
  return share < 0.4 ? ['it leaves out much of the text'] : share > 2.5 ? ['it adds much to the text'] : [];
}

/** Numbers, dates, names and quotations of the source that the text does not have. */
function findLost(text: string, source: string): string[] {
  const values = new Set(findFacts(text).map(({ value }) => value));
  const folded = fold(text);
  const facts = findFacts(source).filter(({ value, kind, text: said }) => !values.has(value) && !(kind === 'name' && folded.includes(nameOf(said))));
  const days = (source.match(DAYS) ?? []).filter((day) => !folded.includes(day.toLowerCase()));
  const quotes = [...source.matchAll(QUOTED)].map(([, inner = '']) => inner).filter((inner) => !text.includes(inner));
  return [...new Set([...facts.map(({ text: said }) => said), ...days, ...quotes])];
}

/** "Hey Tom" and "Monday I'll" are written like names; what must stay of them is Tom. Days are looked for by themselves. */
function nameOf(written: string): string {
  return fold(written.replace(NO_NAME, ' '));
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

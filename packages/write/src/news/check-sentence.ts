import { createSupportFinder, findFacts, findTerms, isOrderToModel, neutralize, splitSentences } from '@glm-tasks/task';
import { isConnective, isKnown, splitClauses } from './clauses.ts';
import { findLooseValues, findNumerals } from './find-loose-values.ts';
import { findPeople } from './find-people.ts';
import { isChinese } from './house-style.ts';

/** What is wrong with a sentence; `values` are what it says that no fact has. */
export interface Fault {
  kind: 'value' | 'quotation' | 'speech' | 'sense' | 'support' | 'order' | 'fragment';
  values: string[];
}

/**
 * Share of a sentence's content, weighed, that the facts must have. Small models given facts as sentences reuse their words; what has fewer
 * of them is a thought of the model's own.
 */
const WORDS_NEEDED = 0.55;
const BIGRAMS_NEEDED = 0.4;

const SPEECH = /\b(?:sa(?:id|ys|y|ying)|told|tells?|stat(?:ed|es|ing)|add(?:ed|s) that|not(?:ed|es) that|according to|quot(?:ed|es|ing)|remark(?:ed|s)|comment(?:ed|s)|explain(?:ed|s)|emphasi[sz](?:ed|es)|claim(?:ed|s))\b|[说称](?=[，：“])|表示|指出|强调|坦言|透露|认为|据.{0,12}介绍|介绍[说，：]|告诉/iu;
const NEGATION = /\b(?:not|no|never|none|nobody|nothing|without|cannot|neither|nor)\b|n['’]t\b|不(?!仅|但|断|少|同|久|足|过|止|只)|没有|未(?!来)|无法|尚未/iu;
/** Each turns a sentence round, so each must stand in the facts itself. */
const TURNS = /\b(?:reject|refus|fail|den[yi]|cancel|bann|postpon|delay|oppos|abandon|withdr)\p{L}*|禁止|拒绝|否认|取消|推迟|反对|放弃|撤回|失败|否决/giu;
const RISE = /\b(?:r[oi]se[sn]?|rising|increas\p{L}*|gr[eo]w(?:n|s|th|ing)?|climb\p{L}*|gain\p{L}*|up|higher|more)\b|增长|上升|上涨|提高|增加|上调|攀升/iu;
const FALL = /\b(?:f[ea]ll(?:en|s|ing)?|drop\p{L}*|declin\p{L}*|decreas\p{L}*|down|lower\p{L}*|less|fewer|cuts?|reduc\p{L}*)\b|下降|减少|下跌|降低|下调|下滑|回落/iu;
/** Dates are checked as dates. */
const MONTH = /^(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)$/;
/** Whether somebody is a man or a woman is a thing the facts must say; small models also say "he" of what is nobody. */
const GENDER = /\b(?:he|him|his|she|hers?|himself|herself|mr|mrs|ms)\b|[他她](?!们)|先生|女士|小姐/giu;
const QUOTED = /[“"「『]([^“”"「」『』]*)[”"」』]/gu;
/** Words that may open a sentence without standing in the facts: they name nothing. */
const OPENERS = new Set('a an the this that these those it its they their he his she her in on at by for from to with as of about after before during since until under over and but also so meanwhile however additionally moreover furthermore overall more most both all each every some many several another other there here when while where which who what how because due although though if once starting beginning following according construction work works total prices tickets entry admission visitors people residents'.split(' '));

interface SentenceCheck {
  (sentence: string): Fault | undefined;
}

/** Holds sentences of a paragraph against the statements it was written from. `told` is what the report has told already and may be named again. */
export function createSentenceCheck(statements: readonly string[], told: readonly string[], language: string): SentenceCheck {
  const source = statements.join('\n');
  const wider = [...statements, ...told].join('\n');
  const find = createSupportFinder(source, { spans: 6 });
  const findNearest = createSupportFinder(source, { spans: 2 });
  const findWider = createSupportFinder(wider);
  const numbers = listNumbers(wider);
  const lowered = fold(wider);
  const known = findTerms(wider);
  return (sentence) => {
    if (!/[\p{L}\p{N}]{2}/u.test(sentence) || !/[.!?。！？…”"]$/u.test(sentence.trim())) return { kind: 'fragment', values: [] };
    if (isOrderToModel(sentence) || sentence !== neutralize(sentence)) return { kind: 'order', values: [] };
    const foreign = [
      ...find(sentence).missing.filter(({ kind }) => kind !== 'name').map(({ text }) => text),
      ...findFacts(sentence).filter(({ kind, value }) => kind === 'number' && !numbers.has(value) && !/^(?:19|20)\d\d$/.test(value)).map(({ text }) => text),
      ...findWider(sentence).missing.filter(({ kind, value }) => kind === 'name' && !lowered.includes(fold(value))).map(({ text }) => text),
      ...findStrayNumerals(sentence, wider, numbers),
      ...findHidden(sentence, lowered, known, isPlainOpening),
    ];
    const values = [...new Set(foreign)];
    if (values.length > 0) return { kind: 'value', values: values.filter((value) => !values.some((other) => other !== value && other.includes(value))) };
    const quoted = findQuoted(sentence, lowered);
    if (quoted.length > 0) return { kind: 'quotation', values: quoted };
    const said = sentence.match(SPEECH);
    if (said && !SPEECH.test(source)) return { kind: 'speech', values: [said[0]] };
    const { overlap } = find(sentence);
    const turned = (sentence.match(TURNS) ?? []).filter((word) => !lowered.includes(word.toLowerCase().slice(0, 5)));
    if (turned.length > 0 || isNegated(sentence, findNearest(sentence).sources.map(({ text }) => text))) return { kind: 'sense', values: turned };
    if ((RISE.test(sentence) && FALL.test(source) && !RISE.test(source)) || (FALL.test(sentence) && RISE.test(source) && !FALL.test(source))) return { kind: 'sense', values: [] };
    const isBorne = overlap >= (isChinese(language) ? BIGRAMS_NEEDED : WORDS_NEEDED) && splitClauses(sentence).every((clause) => isConnective(clause) || isKnown(clause, known));
    return isBorne ? undefined : { kind: 'support', values: [] };
  };
}

/** A number must be one in the facts; that a date has a 3 in it bears out no "three". 30 is in 30 %. */
function listNumbers(text: string): Set<string> {
  const values = findFacts(text).filter(({ kind }) => kind === 'number').map(({ value }) => value);
  return new Set([...values, ...values.map((value) => value.replace('%', ''))]);
}

/** What {@link findFacts} may have passed over where two numerals meet: each must be written in the facts, or be a number of them. */
function findStrayNumerals(text: string, allowed: string, numbers: ReadonlySet<string>): string[] {
  const written = new Set(findNumerals(allowed));
  const read = new Set(findFacts(text).filter(({ value }) => numbers.has(value)).map(({ text: said }) => said));
  return findNumerals(text).filter((numeral) => !written.has(numeral) && !numbers.has(numeral) && ![...read].some((said) => findNumerals(said).includes(numeral)));
}

/** Of two facts that a sentence joins one may be a negation: both or neither decide. */
function isNegated(sentence: string, nearest: readonly string[]): boolean {
  const negations = nearest.map((text) => NEGATION.test(text));
  return NEGATION.test(sentence) ? !negations.some(Boolean) : negations.length > 0 && negations.every(Boolean);
}

/** Numbers, dates, names and quotations of a text that the allowed one has not: for texts that put the same in other words, whose sentences may open on any. */
export function findForeign(text: string, allowed: string): string[] {
  const lowered = fold(allowed);
  const numbers = listNumbers(allowed);
  const unlisted = findFacts(text).filter(({ kind, value }) => kind === 'number' && !numbers.has(value) && !/^(?:19|20)\d\d$/.test(value));
  const missing = createSupportFinder(allowed)(text).missing.filter(({ kind, value }) => kind !== 'name' || !lowered.includes(fold(value)));
  return [...unlisted.map(({ text }) => text), ...findStrayNumerals(text, allowed, numbers), ...missing.map(({ text }) => text), ...splitSentences(text).flatMap((sentence) => findHidden(sentence, lowered, findTerms(allowed), () => true)), ...findQuoted(text, lowered)];
}

/** Quoted spans that do not stand in the allowed text, and a mark without its partner, which would open or close a quotation by accident. */
function findQuoted(text: string, lowered: string): string[] {
  const quoted = [...text.matchAll(QUOTED)].map(([, inner = '']) => inner).filter((inner) => !lowered.includes(fold(inner)));
  const stray = text.replace(QUOTED, '').match(/[“”"「」『』]/u);
  return stray ? [...quoted, stray[0]] : quoted;
}

/** Values that general rules pass over: a capitalised first word, people and places in Chinese, days and amounts in words. */
function findHidden(sentence: string, lowered: string, known: ReadonlySet<string>, mayOpen: (word: string) => boolean): string[] {
  const people = [...findPeople(sentence, lowered), ...[...findLooseValues(sentence), ...(sentence.match(GENDER) ?? [])].filter((value) => !standsIn(value.toLowerCase(), lowered))];
  const isForeign = (word: string) => !standsIn(fold(word), lowered) && ![...findTerms(word)].every((term) => known.has(term));
  const capitals = [...sentence.matchAll(/(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}]*/gu)].filter(({ 0: word, index }) => !(isOpening(sentence, index) ? mayOpen(word) : MONTH.test(word)));
  return [...people, ...capitals.map(([word]) => word).filter(isForeign)];
}

/** Nothing but marks stands in front. */
function isOpening(sentence: string, index: number): boolean {
  return !/[\p{L}\p{N}]/u.test(sentence.slice(0, index));
}

function isPlainOpening(word: string): boolean {
  return OPENERS.has(word.toLowerCase()) || /(?:ing|ly)$/.test(word);
}

/** "he" does not stand in "the". */
function standsIn(value: string, lowered: string): boolean {
  return /^[a-z]/.test(value) ? new RegExp(`(?<![\\p{L}])${value}(?![\\p{L}])`, 'u').test(lowered) : lowered.includes(value);
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/[《》]/g, '').replaceAll('’', "'").replace(/\s+/gu, ' ');
}

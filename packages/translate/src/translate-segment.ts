import { isTaskError } from '@glm-tasks/core';
import { convertChineseScript, detectLanguage, isInLanguage, readLanguage } from '@glm-tasks/task';
import { isFatal, isNameLike, type Problem } from './check-translation.ts';
import { findWritings, type Glossary } from './glossary.ts';
import { chineseScriptOf } from './languages.ts';
import { isTranslatable, maskText } from './mask.ts';
import { findBrokenTags } from './mask-restore.ts';
import type { Pair } from './prompts.ts';
import type { SegmentState } from './schema.ts';
import type { Segment } from './segments.ts';
import { cutPieces, gapBetween } from './split-source.ts';
import { translatePiece, type Attempt, type Translating } from './translate-piece.ts';

export interface SegmentJob extends Translating {
  glossary: Glossary;
}

export interface Outcome {
  target: string;
  state: Exclude<SegmentState, 'remembered'>;
  issues: string[];
}

/** A text about models may hold one; the model must not read it as one. */
const CONTROL_TOKEN = /<\|[\w .-]{1,40}\|>/g;

/** What is settled without a model: there is nothing to translate, it is in the language already, or only the Chinese script differs. */
export async function settleSegment({ source, translatable, reason }: Segment, { from, to }: Pick<Translating, 'from' | 'to'>): Promise<Outcome | undefined> {
  const keep = (issues: string[] = []): Outcome => ({ target: source, state: 'kept', issues });
  if (!translatable) return keep(reason === undefined ? [] : [reason]);
  if (!isTranslatable(source)) return keep();
  if (!isAlreadyIn(source, from, to)) return undefined;
  const script = chineseScriptOf(to);
  // A text in Traditional characters is Chinese, and asks for no other script, unless the tag does.
  if (!script || (readLanguage(to).script === undefined && readLanguage(from).language === 'zh')) return keep();
  const target = await convertChineseScript(source, script);
  return target === source ? keep() : { target, state: 'translated', issues: [] };
}

/** A segment; one that no model can hold fails alone, and the rest of its document is translated. */
export async function translateSegment(segment: Segment, before: readonly Pair[], job: SegmentJob): Promise<Outcome> {
  try {
    return await translatePieces(segment, before, job);
  } catch (error) {
    if (!isTaskError(error) || error.code !== 'context_overflow') throw error;
    return { target: segment.source, state: 'failed', issues: ['has a sentence that is longer than the model can read at once; set a full stop in it'] };
  }
}

/** Piece by piece; one without a usable answer fails the whole, because half a translation is worse than none. */
async function translatePieces(segment: Segment, before: readonly Pair[], job: SegmentJob): Promise<Outcome> {
  const found = job.glossary.findIn(segment.source);
  const keep = found.filter((term) => term.keep).flatMap((term) => findWritings(segment.source, term));
  const masked = maskText(withoutInvisible(segment.source), { keep: [...keep, ...(segment.source.match(CONTROL_TOKEN) ?? [])] });
  const pieces = cutPieces(masked, job.manner.pieceLetters);
  const attempts: Attempt[] = [];
  for (const [index, piece] of pieces.entries()) {
    const terms = found.filter((term) => term.target !== undefined && findWritings(piece.text, term).length > 0);
    const last = attempts.at(-1);
    const pairs = index === 0 || !last || isFatal(last.problems) ? before : [{ source: pieces[index - 1]?.text.trim() ?? '', target: last.answer }];
    attempts.push(await translatePiece({ masked: piece, terms, before: pairs, plural: segment.plural }, job));
  }
  const text = attempts.map((attempt, index) => `${attempt.text}${index + 1 < pieces.length ? gapBetween(pieces[index]?.text ?? '', pieces[index + 1]?.text ?? '', job.to) : ''}`).join('');
  const target = setApart(`${masked.before}${text}${masked.after}`, segment.source);
  const problems: Problem[] = attempts.flatMap((attempt) => attempt.problems);
  for (const message of isFatal(problems) ? [] : findBrokenTags(segment.source, target)) problems.push({ kind: 'structure', message, fatal: true });
  const issues = [...new Set(problems.map(({ message }) => message))];
  if (isFatal(problems)) return { target: segment.source, state: 'failed', issues };
  return { target, state: 'translated', issues: [...issues, ...checkSubtitle(segment, target)] };
}

/** In Chinese, by script; in another language only where the text is long enough to tell and the document is in a different one. */
export function isAlreadyIn(source: string, from: string, to: string): boolean {
  const [language, other] = [readLanguage(to).language, readLanguage(from).language];
  if (language === other) return isInLanguage(source, language) || isNameLike(source);
  // Japanese without kana looks like Chinese, and one of two alphabets cannot be told by a few words.
  if (language === 'zh') return other !== 'ja' && detectLanguage(source) === 'zh' && !hasUnspacedKana(source);
  const letters = source.match(/\p{L}/gu)?.length ?? 0;
  const foreignScript = ['zh', 'ja', 'ko', 'ru', 'ar', 'he', 'th', 'hi', 'el'].includes(other) && /^[^\p{L}]*(?:\p{Script=Latin}[^\p{L}]*)+$/u.test(source);
  return (foreignScript && isNameLike(source)) || ((foreignScript || letters >= 40) && detectLanguage(source) === language);
}

/** Chinese sets no space beside an address or a piece of code, where its Markdown may need one: `见 https://a.example 的说明`. */
function setApart(target: string, source: string): string {
  return [...source.matchAll(/<\d+\/>/g)].reduce((text, { 0: tag, index }) => {
    const before = /[\p{L}\p{N}]$/u.test(source.slice(0, index)) ? '' : ' ';
    const after = /^[\p{L}\p{N}]/u.test(source.slice(index + tag.length)) ? '' : ' ';
    return text.replace(new RegExp(`(?<=([\\p{L}\\p{N}])?)${tag}(?=([\\p{L}\\p{N}])?)`, 'u'), (found, letter: string | undefined, next: string | undefined) => `${letter ? before : ''}${found}${next ? after : ''}`);
  }, target);
}

function hasUnspacedKana(text: string): boolean {
  return /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
}

/** Zero-width spaces, soft hyphens and marks of byte order tear words apart for a tokenizer. Joiners stay: scripts and emoji need them. */
function withoutInvisible(text: string): string {
  return text.replace(/[\u00ad\u200b\u2060\ufeff]/gu, '');
}

function checkSubtitle({ lineLength, lines }: Segment, target: string): string[] {
  const width = [...target].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffef]/u.test(character) ? 1 : 1), 0);
  return lineLength !== undefined && width > lineLength * (lines ?? 1) ? [`has ${width} characters where ${lines ?? 1} lines of ${lineLength} fit`] : [];
}

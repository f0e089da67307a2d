import { markOf, type Mask, type Masked } from './mask.ts';
import { findSpans, tagRole } from './mask-spans.ts';
import { maskPatterns, type MaskKind } from './mask-patterns.ts';

export interface Unmasked {
  text: string;
  /** What is wrong with it; empty for a text that has everything its source has. */
  issues: string[];
  /** What was put right. */
  repaired: string[];
}

const opening = '[⟦〚【\\[［〔({（｛<《「]';
const closing = '[⟧〛】\\]］〕)}）｝>》」]';
const exactMark = /\[\[(\d+)\]\]/g;
const damagedMark = new RegExp(`${opening}{1,2}\\s*([\\d０-９]+)\\s*${closing}{1,2}|\\[\\[\\s*([\\d０-９]+)|([\\d０-９]+)\\s*\\]\\]`, 'gu');

/**
 * The way back from `maskText`. Each mark must be there once, in any order that leaves tags nested. Other brackets, full-width digits and spaces in
 * a mark, doubled marks side by side, and words run together with a placeholder are put right; all else is an issue.
 * With `reinsert`, a mark that alone is missing and began or ended its source is put back there: for the last attempt, as it may hide a wrong text.
 */
export function unmaskText(target: string, masked: Masked, options: { reinsert?: boolean } = {}): Unmasked {
  const repaired: string[] = [];
  const issues: string[] = [];
  let text = repairMarks(target.trim(), masked.masks, repaired);
  if (options.reinsert) text = reinsert(text, masked, repaired);
  const counts = new Map<string, number>();
  for (const [mark] of text.matchAll(exactMark)) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  for (const { mark, original } of masked.masks) {
    const count = counts.get(mark) ?? 0;
    if (count === 0) issues.push(`${original} is missing`);
    if (count > 1) issues.push(`${original} occurs ${count} times`);
    counts.delete(mark);
  }
  for (const mark of counts.keys()) issues.push(`${mark} stands for nothing`);
  const whole = `${masked.before}${restore(text, masked)}${masked.after}`;
  if (issues.length === 0) issues.push(...findInvented(masked.source, whole), ...findBrokenTags(masked.source, whole));
  return { text: whole, issues, repaired };
}

const UNIQUE: readonly MaskKind[] = ['placeholder', 'tag', 'url', 'email'];

/** What a model wrote out beside its mark, or made up: it would reach a program. */
function findInvented(source: string, target: string): string[] {
  const [wanted, found] = [source, target].map((text) => findSpans(text, []).filter(({ kind }) => UNIQUE.includes(kind)).map(({ start, end }) => text.slice(start, end))) as [string[], string[]];
  const count = (texts: string[], text: string): number => texts.filter((each) => each === text).length;
  return [...new Set(found)].filter((text) => count(found, text) > count(wanted, text)).map((text) => (wanted.includes(text) ? `${text} occurs ${count(found, text)} times` : `${text} is not in the source`));
}

/** Marks a model has written a little wrong, where they can be no other. */
function repairMarks(target: string, masks: Mask[], repaired: string[]): string {
  const side = target.replace(/(\[\[\d+\]\])(?:\s*\1)+/g, '$1');
  if (side !== target) repaired.push('a doubled mark');
  const have = new Set([...side.matchAll(exactMark)].map(([mark]) => mark));
  const missing = new Set(masks.map(({ mark }) => mark).filter((mark) => !have.has(mark)));
  if (missing.size === 0) return side;
  return side.replace(damagedMark, (damaged: string, ...numbers: (string | undefined)[]) => {
    const digits = numbers.slice(0, 3).find((number) => number !== undefined)!.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
    const mark = markOf(Number(digits));
    if (!missing.delete(mark)) return damaged;
    repaired.push(`${damaged} for ${mark}`);
    return mark;
  });
}

function reinsert(text: string, { text: source, masks }: Masked, repaired: string[]): string {
  const missing = masks.filter(({ mark }) => !text.includes(mark));
  const [only] = missing;
  if (!only || missing.length > 1) return text;
  const space = /[\w.,:;!?)]$/.test(text) ? ' ' : '';
  const atEnd = new RegExp(`${only.mark.replace(/[[\]]/g, '\\$&')}\\P{L}*$`, 'u').test(source);
  if (!atEnd && !source.startsWith(only.mark)) return text;
  repaired.push(`${only.original} was put back at the ${atEnd ? 'end' : 'beginning'}`);
  if (!atEnd) return `${only.mark}${/^\w/.test(text) ? ' ' : ''}${text}`;
  const stop = /[.!?。！？]?$/.exec(text)!;
  return source.endsWith(only.mark) ? `${text}${space}${only.mark}` : `${text.slice(0, stop.index)}${/\w$/.test(text.slice(0, stop.index)) ? ' ' : ''}${only.mark}${stop[0]}`;
}

function restore(text: string, { text: source, masks }: Masked): string {
  const byMark = new Map(masks.map((mask) => [mask.mark, mask]));
  return text.replace(exactMark, (mark: string, _digits: string, at: number) => {
    const mask = byMark.get(mark);
    if (!mask) return mark;
    const from = source.indexOf(mark);
    const { role } = mask.kind === 'tag' ? tagRole(mask.original) : { role: 'alone' as const };
    // "Click{name}to open": words stand apart from a placeholder unless they touched one in the source, or the tag belongs to them.
    const apart = (here: string | undefined, there: string | undefined, inside: boolean): string =>
      !inside && here !== undefined && /[A-Za-z]/.test(here) && !/[A-Za-z]/.test(there ?? ' ') ? ' ' : '';
    const before = apart(text[at - 1], source[from - 1], role === 'close');
    const after = apart(text[at + mark.length], source[from + mark.length], role === 'open');
    return `${before}${mask.original}${after}`;
  });
}

const tags = new RegExp(maskPatterns.filter(({ kind }) => kind === 'tag').map(({ pattern }) => pattern).join('|'), 'gu');

/** Tags that are nested in the source are nested in its translation, and hold something where they did. */
export function findBrokenTags(source: string, target: string): string[] {
  const wrong = findMisnested(target);
  if (wrong !== undefined && findMisnested(source) === undefined) return [`${wrong} does not close what was opened last`];
  const empty = /<([\w.-]+)[^<>]*>\s*<\/\1>|(?<!\*)\*\*\s*\*\*(?!\*)|\[\]\(/;
  const nothing = empty.exec(target);
  return nothing && !empty.test(source) ? [`${nothing[0]} holds nothing`] : [];
}

function findMisnested(text: string): string | undefined {
  const open: string[] = [];
  for (const [found] of text.matchAll(tags)) {
    const tag = tagRole(found);
    if (tag.role === 'open') open.push(tag.name);
    if (tag.role === 'close' && open.pop() !== tag.name) return found;
  }
  return open.length > 0 ? `<${open.at(-1)}>` : undefined;
}

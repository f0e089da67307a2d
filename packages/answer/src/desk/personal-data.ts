/** Placeholder -> what stands behind it, for one conversation. Plain JSON. */
export type PersonalData = Readonly<Record<string, string>>;

type Kind = 'PHONE' | 'ID_CARD' | 'BANK_CARD' | 'EMAIL' | 'TEXT';

interface Finding {
  start: number;
  end: number;
  kind: Kind;
}

const PLACEHOLDER = /\[(?:PHONE|ID_CARD|BANK_CARD|EMAIL|TEXT)_\d+\]/g;
const EMAIL = /[a-z0-9][\w.%+-]{0,63}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/gi;
/** Digits that one number may be written with: in groups, with brackets, and the X that some ID cards end in. */
const DIGITS = /\+?\(?\d(?:[ .()\u00a0-]{0,2}\d)*[xX]?/g;
/** A bank card has 19 digits at most, an ID card 18, a phone number 15. */
const MOST_DIGITS = 19;

/**
 * Replaces phone numbers, Chinese ID cards (told by their check digit), bank cards (by Luhn) and e-mail addresses by placeholders, the same
 * value by the same one throughout a conversation. Full-width digits and numbers in groups are found too. What looks like a placeholder
 * already is replaced as well, so that `restorePersonalData` gives back exactly what went in, whatever it was.
 *
 * @example
 * const { text, known } = maskPersonalData('我的手机是138 0013 8000'); // 我的手机是[PHONE_1]
 * restorePersonalData(text, known); // 我的手机是138 0013 8000
 */
export function maskPersonalData(text: string, known: PersonalData = {}): { text: string; known: PersonalData } {
  const placeholders = new Map(Object.entries(known).map(([placeholder, value]) => [value, placeholder]));
  const added: Record<string, string> = {};
  let masked = '';
  let at = 0;
  for (const { start, end, kind } of findPersonalData(text)) {
    const value = text.slice(start, end);
    let placeholder = placeholders.get(value);
    if (placeholder === undefined) {
      placeholder = `[${kind}_${nextNumber(kind, placeholders.values())}]`;
      placeholders.set(value, placeholder);
      added[placeholder] = value;
    }
    masked += text.slice(at, start) + placeholder;
    at = end;
  }
  return { text: masked + text.slice(at), known: { ...known, ...added } };
}

/** Puts back what stands behind the placeholders of a conversation; one that it never had is left as it is. */
export function restorePersonalData(text: string, known: PersonalData): string {
  return text.replace(PLACEHOLDER, (placeholder) => known[placeholder] ?? placeholder);
}

/** Whether a text has a placeholder with nothing behind it: a model made it up. */
export function hasUnknownPlaceholder(text: string, known: PersonalData): boolean {
  return (text.match(PLACEHOLDER) ?? []).some((placeholder) => known[placeholder] === undefined);
}

export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0;
}

/** The entries that any of the texts still speaks of. */
export function keepMentioned(known: PersonalData, texts: readonly string[]): PersonalData {
  const mentioned = new Set(texts.flatMap((text) => text.match(PLACEHOLDER) ?? []));
  return Object.fromEntries(Object.entries(known).filter(([placeholder]) => mentioned.has(placeholder)));
}

function nextNumber(kind: Kind, placeholders: Iterable<string>): number {
  let most = 0;
  for (const placeholder of placeholders) {
    if (placeholder.startsWith(`[${kind}_`)) most = Math.max(most, Number(placeholder.slice(kind.length + 2, -1)));
  }
  return most + 1;
}

/** In order, none inside another. */
function findPersonalData(text: string): Finding[] {
  const folded = foldWidth(text);
  const findings = [...locate(folded, PLACEHOLDER, 'TEXT'), ...locate(folded, EMAIL, 'EMAIL')];
  for (const run of folded.matchAll(DIGITS)) findings.push(...findNumbers(run[0], run.index));
  findings.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return findings.filter((finding) => {
    if (finding.start < end) return false;
    end = finding.end;
    return true;
  });
}

/** Full-width forms as ASCII; every offset stays what it was. */
export function foldWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));
}

function locate(text: string, pattern: RegExp, kind: Kind): Finding[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ start: index, end: index + found.length, kind }));
}

/** Two numbers may stand side by side, so any groups in a row are tried, the longest first. */
function findNumbers(run: string, offset: number): Finding[] {
  const groups = [...run.matchAll(/\d+[xX]?/g)].map(({ 0: digits, index }) => ({ digits, start: index, end: index + digits.length }));
  const findings: Finding[] = [];
  let first = 0;
  while (first < groups.length) {
    const found = longestNumber(run, groups, first);
    if (found === undefined) first++;
    else {
      findings.push({ start: offset + found.start, end: offset + groups[found.last]!.end, kind: found.kind });
      first = found.last + 1;
    }
  }
  return findings;
}

function longestNumber(run: string, groups: readonly { digits: string; start: number }[], first: number): { start: number; last: number; kind: Kind } | undefined {
  let digits = '';
  let found: { start: number; last: number; kind: Kind } | undefined;
  const lengths: number[] = [];
  const { start } = groups[first]!;
  for (let last = first; last < groups.length && digits.length < MOST_DIGITS; last++) {
    digits += groups[last]!.digits;
    lengths.push(groups[last]!.digits.length);
    const before = /[+(]+$/.exec(run.slice(Math.max(0, start - 2), start))?.[0] ?? '';
    const kind = classify(digits.toUpperCase(), before.includes('+'), lengths.join('-'));
    if (kind !== undefined) found = { start: start - before.length, last, kind };
  }
  return found;
}

function classify(digits: string, international: boolean, grouping: string): Kind | undefined {
  if (/^\d{17}[\dX]$/.test(digits) && isIdCard(digits)) return 'ID_CARD';
  if (/^\d{15,19}$/.test(digits) && passesLuhn(digits)) return 'BANK_CARD';
  if (/^(?:00)?(?:86)?0?1[3-9]\d{9}$/.test(digits) || /^0(?:10|2\d|[3-9]\d{2})\d{7,8}$/.test(digits)) return 'PHONE';
  if (international && /^[1-9]\d{7,14}$/.test(digits)) return 'PHONE';
  // 400 and 800 are numbers of companies.
  if (/^(?:1-)?3-3-4$/.test(grouping) && !/^1?[48]00/.test(digits)) return 'PHONE';
  return undefined;
}

/** GB 11643-1999: weighted digits, and a date of birth that can be one. */
function isIdCard(digits: string): boolean {
  const month = Number(digits.slice(10, 12));
  const day = Number(digits.slice(12, 14));
  if (!/^(?:18|19|20)/.test(digits.slice(6)) || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return '10X98765432'[sum % 11] === digits[17];
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

import { chunkText, defineTask, detectChineseScript, detectLanguage, mapChunks, measureLength, readLanguage, type Store, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { rewritePart, type RewriteSetting } from './rewrite-part.ts';
import { rewriteInput, rewriteOutput, type RewriteInput, type Rewriting } from './rewrite-schema.ts';

export interface RewriteRun extends TaskRun {
  /** Remembers every finished call, by what was asked: a run that was stopped goes on, an edited text pays for what changed. */
  store?: Store | undefined;
}

interface Piece {
  start: number;
  end: number;
  text: string;
  /** Code, a heading, a table row: it stays. */
  isFixed: boolean;
}

/** Characters of a line from which it is rewritten in several parts, of at most so many tokens. */
const LONG_LINE = 800;
const PART_TOKENS = 320;

/**
 * Rewrites a text line by line in another tone, in simpler words or to another length, in its own language. Numbers, dates, names and
 * quotations stay, by check; what cannot be rewritten so stays as it was and is reported. Code, headings and table rows are not touched.
 *
 * @example
 * const { text } = await rewrite({ text: 'Hey, your 2 parcels came on 3 May, come get them!', tone: 'formal' }, { model });
 */
export const rewrite = defineTask({
  name: 'rewrite',
  description: 'Rewrite a text in another tone, simpler, shorter or longer; numbers, names and quotations stay',
  input: rewriteInput,
  output: rewriteOutput,
  async *run(input, { model, signal, store, usage }: TaskContext<RewriteRun>) {
    const { text } = input;
    const language = nameScript(detectLanguage(text), text);
    const unit = typeof input.length === 'object' ? ('words' in input.length ? 'words' : 'characters') : readLanguage(language).language === 'zh' ? 'characters' : 'words';
    const setting: RewriteSetting = { model, wish: input, language, unit, ratio: findRatio(input, unit), store, signal };
    const pieces = await cutPieces(text, setting);
    const parts: Rewriting['parts'] = [];
    const mapped = mapChunks(pieces, async ({ text, isFixed }, signal) => (isFixed ? { text, state: 'kept' as const, issues: [] } : rewritePart(text, { ...setting, signal })), { concurrency: model.slots, signal });
    let inOrder = 0;
    for (let step = await mapped.next(); !step.done; step = await mapped.next()) {
      const { index, value, done, total } = step.value;
      const { start, end } = pieces[index] as Piece;
      parts[index] = { start, end, ...value };
      yield { type: 'progress', stage: 'rewriting', done, total };
      for (; parts[inOrder]; inOrder++) yield { type: 'text-delta', text: textBefore(text, pieces, inOrder) + (parts[inOrder] as { text: string }).text };
    }
    const tail = text.slice(pieces.at(-1)?.end ?? 0);
    if (tail !== '') yield { type: 'text-delta', text: tail };
    const rewritten = parts.map((part, index) => textBefore(text, pieces, index) + part.text).join('') + tail;
    const failed = parts.filter(({ issues }) => issues.length > 0);
    const lengthMet = isLengthMet(rewritten, text, setting);
    return { text: rewritten, parts, language, lengthMet, status: failed.length > 0 ? ('incomplete' as const) : ('complete' as const), usage: { ...usage }, warnings: warnOf(parts, failed, lengthMet, rewritten, setting) };
  },
});

function nameScript(language: string, text: string): string {
  return language === 'zh' && detectChineseScript(text) === 'Hant' ? 'zh-Hant' : language === 'und' ? 'en' : language;
}

/** Every line without the space around it; a long one in several parts, at its sentences. */
async function cutPieces(text: string, { model, signal }: RewriteSetting): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let inCode = false;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    const isFence = /^\s*(?:```|~~~)/.test(line);
    if (isFence) inCode = !inCode;
    const marked = /^\s*(?:(?:[-*•·]|\d{1,2}[.)、])\s+|>\s*)*/u.exec(line)?.[0].length ?? 0;
    const content = line.slice(marked).trimEnd();
    if (content === '') continue;
    const start = index + marked;
    const isFixed = isFence || inCode || /^(?:#{1,6} |\||<[a-z!/])/i.test(content) || /^ {4,}|\t/.test(line);
    if (isFixed || content.length <= LONG_LINE) pieces.push({ start, end: start + content.length, text: content, isFixed });
    else for (const chunk of await chunkText(content, { model, maxTokens: PART_TOKENS, signal })) pieces.push(trimPiece(chunk.text, start + chunk.start));
  }
  return pieces;
}

function trimPiece(text: string, start: number): Piece {
  const trimmed = text.trim();
  const from = start + text.indexOf(trimmed);
  return { start: from, end: from + trimmed.length, text: trimmed, isFixed: false };
}

function textBefore(text: string, pieces: readonly Piece[], index: number): string {
  return text.slice(pieces[index - 1]?.end ?? 0, pieces[index]?.start ?? 0);
}

function findRatio({ length, text }: RewriteInput, unit: 'words' | 'characters'): { min: number; max: number } | undefined {
  if (length === undefined) return undefined;
  if (length === 'shorter') return { min: 0.4, max: 0.8 };
  if (length === 'longer') return { min: 1.15, max: 1.7 };
  const wanted = ('words' in length ? length.words : length.characters) / Math.max(1, measureLength(text, unit));
  return { min: wanted * 0.85, max: wanted * 1.15 };
}

function isLengthMet(rewritten: string, text: string, { ratio, unit }: RewriteSetting): boolean {
  if (!ratio) return true;
  const share = measureLength(rewritten, unit) / Math.max(1, measureLength(text, unit));
  return share >= ratio.min && share <= ratio.max;
}

function warnOf(parts: Rewriting['parts'], failed: Rewriting['parts'], lengthMet: boolean, rewritten: string, { unit }: RewriteSetting): string[] {
  const kept = failed.filter(({ state }) => state === 'kept').length;
  const [first] = failed;
  return [
    ...(first ? [`${kept} of ${parts.length} parts stand as they were, ${failed.length - kept} in part: the first because ${first.issues[0]}.`] : []),
    ...(lengthMet ? [] : [`The text has ${measureLength(rewritten, unit)} ${unit}, which is not the length asked for.`]),
  ];
}

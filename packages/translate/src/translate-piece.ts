import type { Message, Model, Sampling } from '@glm-tasks/core';
import { avoidSource, convertChineseScript } from '@glm-tasks/task';
import { addressReader } from './address-reader.ts';
import { checkTranslation, isFatal, type Problem } from './check-translation.ts';
import { chooseBest } from './choose-best.ts';
import { cleanAnswer } from './clean-answer.ts';
import { findMissedTerms, findWritings, putTerms } from './glossary.ts';
import { chineseScriptOf, limitTokens } from './languages.ts';
import { markOf, type Masked } from './mask.ts';
import { unmaskText } from './mask-restore.ts';
import { buildPrompt, exampleFor, type Pair, type Wording } from './prompts.ts';
import { putNumbers } from './put-numbers.ts';
import type { Term } from './schema.ts';
import { setPunctuation } from './set-punctuation.ts';
import { cutAtMarks, cutPieces, gapBetween, hideOriginals, showOriginals, takePart, withoutMarks } from './split-source.ts';
import type { Manner } from './translation-models.ts';

/** What all pieces of a run have in common. */
export interface Translating {
  model: Model;
  manner: Manner;
  from: string;
  to: string;
  tone?: 'formal' | 'informal' | undefined;
  context?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A text with marks in place of what must not be translated, and what holds for it. */
export interface Piece {
  masked: Masked;
  /** Terms in it that have a translation. */
  terms: readonly Term[];
  /** What stands before it in the document, translated. */
  before: readonly Pair[];
  /** The plural category it is for. */
  plural?: string | undefined;
}

export interface Attempt {
  /** As the model gave it, with marks. */
  answer: string;
  /** With what the marks stand for. */
  text: string;
  problems: Problem[];
}

/** Samples of a piece that two greedy attempts failed on; one half is shown an example. */
const SAMPLES = 4;
/** What HY-MT and Qwen ask for, between them. */
const SAMPLING: Sampling = { temperature: 0.7, topP: 0.8, topK: 20, repetitionPenalty: 1.05 };

/**
 * One piece, with all that is tried in turn: a greedy answer; one to other words, with placeholders, terms and large numbers in the source as the
 * answer is to have them, and the source's own words kept out of it where the engine can (and then missed terms behind marks); each sentence alone; the best of
 * some samples; what stands between the marks alone. The first answer without a problem is taken, else one that can be shown, else the one whose problems say
 * why there is none.
 */
export async function translatePiece(piece: Piece, job: Translating): Promise<Attempt> {
  const [first, second] = job.manner.wordings;
  const greedy = await ask(piece, job, first);
  if (greedy.problems.length === 0) return greedy;
  const alone = { ...piece, before: [] };
  // A model that takes no orders would be asked the very same.
  const isSame = second === first && piece.masked.masks.length === 0 && putInPlace(piece, job.to) === piece.masked.text;
  const reworded = isSame ? greedy : await ask(alone, job, second, { isRetry: true, showsOriginals: true });
  const best = [greedy, reworded].flatMap((attempt) => [attempt, reinsertMarks(attempt, piece.masked)]).reduce(chooseBetter);
  if (!isFatal(best.problems)) {
    const missed = findMissedTerms(best.text, piece.terms);
    return missed.length === 0 ? best : chooseBetter(best, await ask(forceTerms(alone, missed), job, first));
  }

  const sentences = cutPieces(piece.masked, 1);
  if (sentences.length > 1) return translateSentences(sentences, alone, job);
  const before = exampleFor(job.from, job.to);
  const samples = await Promise.all(Array.from({ length: SAMPLES }, (_, seed) => ask(seed < SAMPLES / 2 ? { ...alone, before } : alone, job, first, { isRetry: true, sampling: { ...SAMPLING, seed } })));
  const usable = samples.filter(({ problems }) => !isFatal(problems));
  if (usable.length > 0) return chooseBest(usable, job.model, promptFor(alone, job, first), job.signal);
  return piece.masked.masks.length > 0 ? translateAround(alone, job) : best;
}

interface AskOptions {
  sampling?: Sampling;
  /** Puts terms and large numbers into the source as the answer is to have them, and keeps the source's own words out of it. */
  isRetry?: boolean;
  /** Shows what the marks stand for in their places: a model that loses the one may keep the other. */
  showsOriginals?: boolean;
}

async function ask(piece: Piece, job: Translating, wording: Wording, { sampling = job.manner.decoding, isRetry = false, showsOriginals = false }: AskOptions = {}): Promise<Attempt> {
  const { masked, terms } = piece;
  const { model, from, to, signal } = job;
  const put = isRetry ? { ...masked, text: putInPlace(piece, to) } : masked;
  const asked = { ...piece, masked: showsOriginals ? showOriginals(put) : put };
  const avoid = isRetry ? avoidSource(withoutMarks(masked.text, masked), to, terms.flatMap(({ target }) => target ?? [])) : [];
  const options = { maxTokens: limitTokens(masked.text, to), ...sampling, ...(avoid.length > 0 ? { avoid } : {}), ...(signal ? { signal } : {}) };
  const generated = await model.generate(promptFor(asked, job, wording), options);
  const script = chineseScriptOf(to);
  const cleaned = setPunctuation(addressReader(cleanAnswer(showsOriginals ? hideOriginals(generated.text, masked) : generated.text, masked.text), job), to);
  const answer = script ? await convertChineseScript(cleaned, script) : cleaned;
  const { text, issues } = unmaskText(answer, masked);
  const instructions = [wording.system, wording.order?.({ ...job, text: '', terms: [], marks: [], before: [] })].filter(Boolean).join('\n');
  const problems = checkTranslation(withoutMarks(answer, masked), { source: withoutMarks(masked.text, masked), from, to, terms, instructions });
  for (const message of issues) problems.push({ kind: 'structure', message, fatal: true });
  if (piece.before.some(({ source, target }) => target === text && source !== masked.source)) problems.push({ kind: 'repetition', message: 'the answer is the translation of another text', fatal: true });
  if (generated.finishReason === 'length') problems.push({ kind: 'too-long', message: 'the answer did not end', fatal: true });
  return { answer, text, problems };
}

/** Terms and large numbers as the answer is to have them. */
function putInPlace({ masked, terms }: Piece, to: string): string {
  return putNumbers(putTerms(masked.text, terms), to);
}

/** The terms behind marks, as a last resort: they are used for certain, though what stands around them may not agree with them. */
function forceTerms(piece: Piece, missed: readonly Term[]): Piece {
  let { text } = piece.masked;
  const masks = [...piece.masked.masks];
  for (const term of missed) {
    for (const writing of findWritings(text, term)) {
      while (text.includes(writing)) {
        const mark = markOf(masks.length + 1);
        text = text.replace(writing, () => mark);
        masks.push({ mark, original: term.target ?? writing, kind: 'term' });
      }
    }
  }
  return { ...piece, masked: { ...piece.masked, text, masks }, terms: piece.terms.filter((term) => !missed.includes(term)) };
}

/** A mark that alone is missing and began or ended its source goes back there. */
function reinsertMarks({ answer, problems, text }: Attempt, masked: Masked): Attempt {
  const others = problems.filter(({ kind }) => kind !== 'structure');
  if (others.length === problems.length) return { answer, problems, text };
  const restored = unmaskText(answer, masked, { reinsert: true });
  if (restored.issues.length > 0) return { answer, problems, text };
  return { answer, text: restored.text, problems: [...others, { kind: 'structure', message: restored.repaired.join('; '), fatal: false }] };
}

async function translateSentences(sentences: readonly Masked[], piece: Piece, job: Translating): Promise<Attempt> {
  const attempts = await Promise.all(sentences.map((masked) => translatePart({ ...piece, masked }, job)));
  const join = (part: (attempt: Attempt) => string) =>
    attempts.map((attempt, index) => `${part(attempt)}${index + 1 < sentences.length ? gapBetween(sentences[index]?.text ?? '', sentences[index + 1]?.text ?? '', job.to) : ''}`).join('');
  return { answer: join(({ answer }) => answer), text: join(({ text }) => text), problems: attempts.flatMap(({ problems }) => problems) };
}

/** What stands between marks, each stretch alone: the last resort for a model that loses them. Nothing can be lost here, but the words may not fit together. */
async function translateAround(piece: Piece, job: Translating): Promise<Attempt> {
  const { masked } = piece;
  const marks = new Set(masked.masks.map(({ mark }) => mark));
  const parts = cutAtMarks(masked);
  const attempts = await Promise.all(parts.map((text) => translatePart({ ...piece, masked: takePart({ ...masked, masks: [] }, text) }, job)));
  const answer = parts.map((part, index) => (marks.has(part) ? part : part.replace(/\S(?:[\s\S]*\S)?/u, () => (attempts[index] as Attempt).answer))).join('');
  const problems = attempts.flatMap(({ problems }) => problems);
  problems.push({ kind: 'structure', message: 'was translated in parts, between its placeholders and tags', fatal: false });
  const { text, issues } = unmaskText(answer, masked);
  for (const message of issues) problems.push({ kind: 'structure', message, fatal: true });
  return { answer, text, problems };
}

/** A part without a letter is taken as it is. */
async function translatePart(piece: Piece, job: Translating): Promise<Attempt> {
  const masked = takePart(piece.masked, piece.masked.text.trim());
  const { text } = masked;
  if (/\p{L}/u.test(withoutMarks(text, masked))) return translatePiece({ ...piece, masked, terms: piece.terms.filter((term) => findWritings(text, term).length > 0) }, job);
  return { answer: text, text: masked.source, problems: [] };
}

function promptFor({ masked, terms, before, plural }: Piece, { from, to, tone, context }: Translating, wording: Wording): string | Message[] {
  return buildPrompt(wording, { text: masked.text, from, to, terms, tone, context, before, plural, marks: masked.masks.slice(0, 3).map(({ mark }) => mark) });
}

/** How much worse a problem makes an answer: a word left over is seen by everybody. */
const WEIGHTS: Partial<Record<Problem['kind'], number>> = { foreign: 3, numbers: 2, glossary: 2 };

/** Of equals the first. */
function chooseBetter(one: Attempt, other: Attempt): Attempt {
  const weight = ({ problems }: Attempt) => problems.reduce((sum, { kind, fatal }) => sum + (fatal ? 100 : (WEIGHTS[kind] ?? 1)), 0);
  return weight(other) < weight(one) ? other : one;
}

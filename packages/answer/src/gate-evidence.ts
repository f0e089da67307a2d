import type { Window } from './find-windows.ts';
import { judgeEvidence, type Evidence } from './judge-evidence.ts';
import type { Question } from './question.ts';

/** The windows of one source, and how far all of them together are about the question. */
export interface JudgedSource {
  source: string;
  windows: Window[];
  evidence: Evidence;
  /** The window that alone has most. */
  best: Window;
}

/** A gap of this many ideographs says nothing: a verb in other words. */
const SMALL_GAP = 2;
/** What each further ideograph of a gap takes off a coverage. */
const GAP_COST = 0.06;

/** From 0 to 1: coverage, less for a gap as long as a name. */
export function strengthOf({ coverage, gap }: Evidence): number {
  return Math.max(0, coverage - GAP_COST * Math.max(0, gap - SMALL_GAP));
}

/** The strongest source first. What a source says in one window may be named in another, so the windows of one source count together. */
export function judgeSources(question: Question, windows: readonly Window[]): JudgedSource[] {
  const sources = [...new Set(windows.map(({ source }) => source))];
  const judged = sources.map((source) => {
    const parts = windows.filter((window) => window.source === source);
    const alone = parts.map((window) => ({ window, evidence: judgeEvidence(question, window.matched) })).toSorted((a, b) => strengthOf(b.evidence) - strengthOf(a.evidence));
    const [first] = alone as [(typeof alone)[number], ...typeof alone];
    return { source, windows: parts, best: first.window, evidence: parts.length === 1 ? first.evidence : judgeEvidence(question, parts.map(({ matched }) => matched).join('\n')) };
  });
  return judged.toSorted((a, b) => strengthOf(b.evidence) - strengthOf(a.evidence));
}

export interface EvidenceRefusal {
  reason: 'nothing_found' | 'fact_missing';
  message: string;
}

/** Why the model need not be asked; undefined where it should be. */
export function refuseByEvidence(judged: readonly JudgedSource[], least: number): EvidenceRefusal | undefined {
  const [best] = judged;
  const strength = best ? strengthOf(best.evidence) : 0;
  // What vectors find in other words the model may look at; its confidence is still one of words.
  const similarity = Math.max(0, ...judged.flatMap(({ windows }) => windows.map((window) => window.similarity ?? 0)));
  if (Math.max(strength, similarity) < least) return { reason: 'nothing_found', message: `The best passage carries ${strength.toFixed(2)} of the question; ${least} is asked for.` };
  const missing = best?.evidence.missing.filter((fact) => judged.every(({ evidence }) => evidence.missing.includes(fact))) ?? [];
  if (missing.length === 0 || least === 0) return undefined;
  return { reason: 'fact_missing', message: `No passage has what the question names: ${missing.join(', ')}.` };
}

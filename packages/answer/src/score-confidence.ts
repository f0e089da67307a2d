import type { Checked } from './check-answer.ts';
import { judgeEvidence, type Evidence } from './judge-evidence.ts';
import { toMatchForm, type Question } from './question.ts';
import type { Reading } from './read-by-model.ts';

/** What is known about an answer, each from 0 to 1 but the gap. */
export interface Signals {
  /** Of the best window. */
  coverage: number;
  gap: number;
  /** Coverage of the quote and of what explains it. */
  near: number;
  likelihood: number | undefined;
  answerable: boolean;
}

export async function readSignals(question: Question, evidence: Evidence | undefined, { answerable }: Reading, { around }: Checked, likelihood?: number): Promise<Signals> {
  // Words of two languages cannot be compared: then neither says anything, for or against.
  if (!evidence) return { ...UNKNOWN_EVIDENCE, likelihood, answerable };
  const near = judgeEvidence(question, await toMatchForm(around));
  return { coverage: evidence.coverage, gap: evidence.gap, near: near.coverage, likelihood, answerable };
}

const UNKNOWN_EVIDENCE = { coverage: 0.8, gap: 1, near: 0.7 };

/**
 * Those of words: a logistic regression over the odd rows of the CMRC 2018 trial and their near misses, with the sentence of the gold answer (of a near
 * miss, the sentence most like the question) for a quote, both classes weighing the same; `bias` then moved towards answering, because most
 * questions that reach a model can be answered. What the model says of itself is not fitted: it may tip a balance.
 */
const WEIGHTS = { bias: -2.2, coverage: 3.4, gap: -0.5, near: 1.8, likelihood: 2, answerable: 1.5 };

/** How likely an answer with these signals is one, 0 to 1. */
export function scoreConfidence({ coverage, gap, near, likelihood = 0.5, answerable }: Signals): number {
  const said = WEIGHTS.likelihood * (likelihood - 0.5) - (answerable ? 0 : WEIGHTS.answerable);
  const sum = WEIGHTS.bias + WEIGHTS.coverage * coverage + WEIGHTS.gap * Math.min(gap, LONGEST_GAP) + WEIGHTS.near * near + said;
  return 1 / (1 + Math.exp(-sum));
}

/** Longer ones say no more. */
const LONGEST_GAP = 6;

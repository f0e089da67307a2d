import { evaluateAnswers, type AnswerCase, type EvaluationRun } from './evaluate-answers.ts';
import type { Thresholds } from './schema.ts';

export interface Calibration {
  /** Plain JSON, to be handed to `answer` as `thresholds`. */
  thresholds: Thresholds;
  /** What each confidence would give, from the lowest: shares of the answerable cases answered and of the others refused. */
  curve: { confidence: number; answered: number; refused: number }[];
}

export interface CalibrationRun extends Omit<EvaluationRun, 'thresholds'> {
  /** The least share of the answerable cases that is to be answered. @default 0.85 */
  answered?: number;
}

/** Below this a passage is as a rule about something else, and the model need not be asked. */
const EVIDENCE_STEPS = [0.2, 0.3, 0.4, 0.5, 0.6];

/**
 * Chooses the thresholds for a corpus: the strictest ones that still answer the wanted share of the labelled questions that can be answered.
 * Fifty of either kind are few; near misses among the unanswerable tell most.
 *
 * @example
 * const { thresholds } = await calibrate(cases, { model, knowledge, answered: 0.9 });
 * await answer({ question, thresholds }, { model, knowledge });
 */
export async function calibrate(cases: readonly AnswerCase[], { answered: wanted = 0.85, ...run }: CalibrationRun): Promise<Calibration> {
  const { results } = await evaluateAnswers(cases, { ...run, thresholds: { evidence: 0, confidence: 0 } });
  const judged = results.map(({ case: { answers }, result }) => ({
    isAnswerable: answers.length > 0,
    confidence: result.status === 'answered' ? result.confidence : -1,
    evidence: result.status === 'clarify' ? 0 : result.evidence,
  }));
  const shareOf = (isAnswerable: boolean, confidence: number, evidence: number) => {
    const kind = judged.filter((one) => one.isAnswerable === isAnswerable);
    const passed = kind.filter((one) => one.confidence >= confidence && one.evidence >= evidence).length;
    return kind.length === 0 ? 1 : isAnswerable ? passed / kind.length : 1 - passed / kind.length;
  };
  // The gate before the model saves its time; what it costs must be next to nothing.
  const free = shareOf(true, 0, 0);
  const evidence = EVIDENCE_STEPS.findLast((step) => shareOf(true, 0, step) >= Math.min(free, wanted + (free - wanted) * 0.8)) ?? 0;
  const steps = [0, ...new Set(judged.map(({ confidence }) => Math.max(0, Math.floor(confidence * 100) / 100)))].toSorted((a, b) => a - b);
  const curve = [...new Set(steps)].map((confidence) => ({ confidence, answered: shareOf(true, confidence, evidence), refused: shareOf(false, confidence, evidence) }));
  const confidence = curve.findLast(({ answered }) => answered >= wanted)?.confidence ?? 0;
  return { thresholds: { evidence, confidence }, curve };
}

import { createHash } from 'node:crypto';
import type { Sampling } from '@glm-tasks/core';

/** One seed for each call, so that no two drafts of a story are the same and each is the same the next time. */
export function mixSeed(seed: number, ...parts: (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify([seed, ...parts])).digest().readUInt32BE() >>> 1;
}

/**
 * For prose of small models: min-p (Nguyen et al. 2024, arXiv:2407.01082) cuts the tail that makes them babble at temperatures above 0.7, DRY
 * breaks loops. Twelve tokens in a row are free, because the engines know no breakers and count the prompt: with four free, the 0.5B model had
 * to leave every name and thing of the premise half said (怀图 for 怀表). A penalty on every token seen does the same, so there is none.
 */
export const PROSE = { temperature: 0.8, minP: 0.08, dryMultiplier: 0.8, dryAllowedLength: 12 } satisfies Sampling;
/** After a draft that ran wild. */
export const CALM_PROSE = { ...PROSE, temperature: 0.6, minP: 0.1, repetitionPenalty: 1.05 } satisfies Sampling;
/** A whole plan: lists are where small models loop first. */
export const SYNOPSIS = { temperature: 0.9, minP: 0.08, dryMultiplier: 0.8, dryAllowedLength: 8 } satisfies Sampling;
/** A plan is drawn from what is likely, but not always the same one. */
export const PLANNING = { temperature: 0.7, minP: 0.1 } satisfies Sampling;
/** After a plan that said one thing twice. */
export const BOLD_PLANNING = { temperature: 1, minP: 0.1 } satisfies Sampling;

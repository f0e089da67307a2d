import { findTerms } from '@glm-tasks/task';

/** Share of a clause's words that the facts must have. */
const KNOWN = 0.34;
/** They join sentences and say nothing. */
const CONNECTIVE = /^\s*(?:此外|同时|目前|其中|据悉|据了解|另外|与此同时|随后|之后|届时|因此|对此|meanwhile|however|in addition|additionally|moreover|furthermore|also|as a result|therefore)[，,]?\s*$/iu;

/** Pieces that join to the sentence: each ends behind its comma or semicolon. */
export function splitClauses(sentence: string): string[] {
  return sentence.split(/(?<=[，；]|[^\d], |; )/u);
}

export function isConnective(clause: string): boolean {
  return CONNECTIVE.test(clause);
}

/** `known`: the terms of the facts. */
export function isKnown(clause: string, known: ReadonlySet<string>): boolean {
  const terms = [...findTerms(clause)];
  return terms.length === 0 || terms.filter((term) => known.has(term)).length / terms.length >= KNOWN;
}

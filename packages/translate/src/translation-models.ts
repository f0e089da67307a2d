import { TaskError, type Sampling } from '@glm-tasks/core';
import { readLanguage } from '@glm-tasks/task';
import { chooseWordings, hunyuan, rewriting, type Wording } from './prompts.ts';

/** How a model is asked to translate. */
export interface Manner {
  /** Of the first attempt and of the second. */
  wordings: readonly [first: Wording, second: Wording];
  /** Letters of one call. */
  pieceLetters: number;
  /** Of attempts that are not samples. */
  decoding: Sampling;
}

/** A paragraph. Small models leave sentences out of longer texts. */
const PARAGRAPH = 700;
/** Models with an encoder and a decoder were trained on sentences; of several they lose some. */
const SENTENCE = 1;

/** Models made for translation, by a part of their names. */
const made: readonly { name: RegExp; manner(from: string, to: string): Manner }[] = [
  // Marian and M2M graphs, which the transformers.js engine runs: they take a text and no orders.
  { name: /opus-mt|nllb-|m2m100|small100/i, manner: () => ({ wordings: [rewriting, rewriting], pieceLetters: SENTENCE, decoding: {} }) },
  // Its own prompts, without a system text (README of Tencent-Hunyuan/HY-MT); in the second attempt ours, which name the marks.
  {
    name: /hy-mt|hunyuan-mt/i,
    manner: (from, to) => ({ wordings: [hunyuan, { order: chooseWordings(from, to)[0].order }], pieceLetters: PARAGRAPH, decoding: { repetitionPenalty: 1.05 } }),
  },
];

export function chooseManner(model: string, from: string, to: string): Manner {
  const known = made.find(({ name }) => name.test(model));
  return known?.manner(from, to) ?? { wordings: chooseWordings(from, to), pieceLetters: PARAGRAPH, decoding: {} };
}

/** A model of two languages would write nonsense of any other, segment by segment: `Helsinki-NLP/opus-mt-zh-en` names its own. */
export function refuseDirection(model: string, from: string, to: string): void {
  const [, source, target] = /opus-mt-(?:tc-(?:big|base)-)?([a-z]{2,3})-([a-z]{2,3})(?![a-z])/i.exec(model) ?? [];
  if (source === undefined || target === undefined || isSame(from, to)) return;
  const isFit = (from === 'und' || isSame(source, from)) && isSame(target, to);
  if (isFit) return;
  throw new TaskError('invalid_input', `"${model}" translates ${source} into ${target}, and this is to go from ${from} into ${to}. Load the model of these two; if the language of the text was detected wrongly, give "from".`, {
    details: { field: isSame(target, to) ? 'from' : 'to', model },
  });
}

function isSame(one: string, other: string): boolean {
  // "mul" and "zho" are tags too: a model from many languages takes any.
  const [a, b] = [one, other].map((tag) => readLanguage(Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? tag).language);
  return a === b || [a, b].includes('mul');
}

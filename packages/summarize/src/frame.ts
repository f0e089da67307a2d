import { detectLanguage, readLanguage } from '@glm-tasks/task';
import type { Corpus } from './corpus.ts';
import { chooseTarget, type SummaryTarget } from './length-target.ts';
import { chooseWording, type Ask, type Wording } from './prompts.ts';
import { PREVIOUS, type SummarizeInput } from './schema.ts';
import { countSections, countSentences } from './sections.ts';

/** What is settled before a token is counted: languages, wording, and how much is to be written. */
export interface Frame {
  textLanguage: string;
  /** Language the summary is written in and held against the text; it is translated where another one was asked for. */
  draftLanguage: string;
  outputLanguage: string;
  isTranslated: boolean;
  wording: Wording;
  ask: Ask;
  /** Length of the summary in the language asked for; `ask` has that of the draft. */
  target: SummaryTarget;
  /** Sentences of the summary, where it is put together from sentences. */
  wantedSentences: number | undefined;
  /** Tokens the last call may write. */
  writeTokens: number;
  /** The longest system text and instruction. */
  instructions: string;
}

/** Room for a structure: nobody says how long it will be. */
const STRUCTURE_TOKENS = 1_000;

export function frameSummary(input: SummarizeInput, corpus: Corpus, hasSchema: boolean): Frame {
  const { length, format: asked, language, focus, previous } = input;
  // The summary above the minutes is a paragraph.
  const format = asked === 'minutes' ? 'paragraph' : asked;
  const textLanguage = detectLanguage(corpus.text.slice(corpus.documents.find(({ id }) => id !== PREVIOUS)?.start));
  const outputLanguage = language ?? textLanguage;
  const isTranslated = textLanguage !== 'und' && readLanguage(outputLanguage).language !== readLanguage(textLanguage).language;
  const draftLanguage = isTranslated ? textLanguage : outputLanguage;
  const target = chooseTarget({ length, format }, outputLanguage);
  const draftTarget = !isTranslated ? target : typeof length === 'string' ? chooseTarget({ length, format }, draftLanguage) : inSentences(target, outputLanguage);
  const wording = chooseWording(draftLanguage);
  const ask: Ask = { format, target: draftTarget, focus, documents: corpus.documents.length, update: previous !== undefined };
  return {
    textLanguage,
    draftLanguage,
    outputLanguage,
    isTranslated,
    wording,
    ask,
    target,
    wantedSentences: hasSchema || asked === 'minutes' || focus !== undefined ? undefined : Math.max(countSections(ask, draftLanguage), countSentences(draftTarget, draftLanguage)),
    writeTokens: hasSchema ? STRUCTURE_TOKENS : tokensFor(draftTarget),
    instructions: [wording.system, wording.write(ask), wording.structure({ ...ask, language: outputLanguage }), wording.note(3, focus), wording.retry].join('\n'),
  };
}

/** Words of one language say nothing about characters of another; sentences correspond. */
function inSentences(target: SummaryTarget, language: string): SummaryTarget {
  if (target.unit === 'points' || target.unit === 'sentences') return target;
  const count = countSentences(target, language);
  return { unit: 'sentences', min: count, max: count, wanted: count };
}

/** Room for twice what was asked for: a text that is cut off costs a sentence. */
function tokensFor({ unit, max }: SummaryTarget): number {
  const tokensOfOne = { sentences: 60, points: 45, words: 3, characters: 2 }[unit];
  return Math.min(2_000, Math.max(96, max * tokensOfOne));
}

import { createHash } from 'node:crypto';
import { detectLanguage, fence, isOrderToModel, readLanguage, splitSentences, type LengthUnit } from '@glm-tasks/task';
import { TaskError } from '@glm-tasks/core';
import type { StoryRequest } from './story-schema.ts';
import { chooseWording, type Wording } from './story-wording.ts';

/** What is settled before the model is asked anything. */
export interface StoryFrame {
  language: string;
  unit: Extract<LengthUnit, 'words' | 'characters'>;
  /** Length of all chapters together. */
  length: number;
  chapters: number;
  wording: Wording;
  /** The premise without sentences that give orders to a model. */
  idea: string;
  /** The same between marks. */
  premise: string;
  /** Whether the first chapter may be shown the premise: not in another language, which they would slip into, and not at any length. */
  showsPremise: boolean;
  marker: string;
  warnings: string[];
}

const NAMED = { words: { short: 400, medium: 900, long: 2_000 }, characters: { short: 600, medium: 1_500, long: 3_500 } };
/** Premises up to this many characters stand in the prompts of the first chapter. */
const SHORT_PREMISE = 400;

export function frameStory(request: StoryRequest): StoryFrame {
  const { premise, outline, length: asked } = request;
  const premiseLanguage = detectLanguage(premise);
  const language = request.language ?? (premiseLanguage === 'und' ? 'en' : premiseLanguage);
  const isDense = ['zh', 'ja'].includes(readLanguage(language).language);
  const unit = typeof asked === 'object' ? ('words' in asked ? 'words' : 'characters') : isDense ? 'characters' : 'words';
  const length = typeof asked === 'string' ? NAMED[unit][asked] : 'words' in asked ? asked.words : asked.characters;
  const { kept, warnings } = leaveOutOrders(premise);
  const marker = createStableMarker(kept, request.seed);
  const isSameLanguage = readLanguage(premiseLanguage).language === readLanguage(language).language;
  if (outline && isForeign(outline, language)) warnings.push(`The outline is not in the language of the story (${language}); whether its events are told can hardly be checked.`);
  return {
    language,
    unit,
    length,
    chapters: outline?.chapters.length ?? request.chapters ?? countChapters(length, unit, isDense),
    wording: chooseWording(language),
    idea: kept,
    premise: fence(kept, marker),
    showsPremise: isSameLanguage && kept.length <= SHORT_PREMISE,
    marker,
    warnings,
  };
}

function countChapters(length: number, unit: StoryFrame['unit'], isDense: boolean): number {
  // A character of an alphabet is a sixth of a word.
  const words = unit === 'words' ? length : isDense ? length / 1.5 : length / 6;
  return Math.max(1, Math.min(20, Math.round(words < 1_000 ? words / 150 : words / 400)));
}

/** Words that only make sense to a machine that was asked something: an AI that must choose is a fine hero, and stays. */
const ABOUT_THE_PROMPT = /\b(?:instructions?|prompts?|repl(?:y|ies)|respond|responses?|outputs?|print)\b|指令|指示|提示|回复|回答|输出|以上内容/iu;

/** Orders to the model are no part of an idea; they are left out, and that is said. */
function leaveOutOrders(premise: string): { kept: string; warnings: string[] } {
  const sentences = splitSentences(premise);
  const orders = sentences.filter((sentence) => isOrderToModel(sentence) && ABOUT_THE_PROMPT.test(sentence));
  if (orders.length === 0) return { kept: premise, warnings: [] };
  const kept = sentences.filter((sentence) => !orders.includes(sentence)).join('\n');
  if (!/[\p{L}\p{N}]/u.test(kept)) {
    throw new TaskError('invalid_input', `write-story: "premise" holds nothing but orders to the model ("${orders[0]}"); say what the story is about.`, { details: { field: 'premise' } });
  }
  return { kept, warnings: orders.map((sentence) => `Left out of the premise, because it gives orders to the model: "${sentence}"`) };
}

/**
 * Other tasks take a mark that nobody can guess and that differs from process to process. A sampled text depends on every token before it, and
 * the same seed is to give the same story tomorrow; so here the mark comes from the text itself, and is drawn again until the text has it not.
 */
function createStableMarker(text: string, seed: number): string {
  for (let round = 0; ; round++) {
    const marker = `text-${createHash('sha256').update(JSON.stringify([seed, round, text])).digest('hex').slice(0, 8)}`;
    if (!text.includes(marker)) return marker;
  }
}

function isForeign(outline: NonNullable<StoryRequest['outline']>, language: string): boolean {
  const written = detectLanguage(outline.chapters.flatMap(({ goal, mustHappen }) => [goal, ...mustHappen]).join('\n'));
  return written !== 'und' && readLanguage(written).language !== readLanguage(language).language;
}

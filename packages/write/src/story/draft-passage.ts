import type { Message, Model } from '@glm-tasks/core';
import { convertChineseScript, measureLength, readLanguage } from '@glm-tasks/task';
import { cleanProse, endAtSentence } from './clean-prose.ts';
import { findFlaw, type Flaw, type Watch } from './find-flaw.ts';
import { CALM_PROSE, PROSE } from './seeds.ts';
import type { StoryFrame } from './story-frame.ts';

export interface DraftRequest {
  prompt: Message[];
  watch: Watch;
  unit: StoryFrame['unit'];
  /** Length wanted; a draft that goes far beyond is ended, because it would be cut anyway. */
  wanted: number;
  seed: number;
  /** After a draft that ran wild. */
  calm: boolean;
  signal?: AbortSignal | undefined;
}

export interface Draft {
  /** Whole sentences, sound to the end. */
  text: string;
  /** Why it was stopped, where it went wrong. */
  flaw?: Flaw['kind'];
  /** Whether the model ended it itself. */
  isEnded: boolean;
}

/** Of the length wanted. */
const ENOUGH = 1.25;

/** Tokens of a word, or a character, with room to spare: those of languages that tokenizers know little of are many. */
const TOKENS = { words: 2, characters: 1.1 };
const TOKENS_OF_RARE = { words: 5, characters: 2 };
const WELL_KNOWN = new Set(['en', 'zh', 'de', 'fr', 'es', 'it', 'pt', 'nl']);

/** One version of a passage. It is read while it is written, and stopped where it goes wrong. */
export async function draftPassage(model: Model, { prompt, watch, unit, wanted, seed, calm, signal }: DraftRequest): Promise<Draft> {
  const maxTokens = 24 + Math.ceil(wanted * ENOUGH * (WELL_KNOWN.has(readLanguage(watch.language).language) ? TOKENS : TOKENS_OF_RARE)[unit]);
  let raw = '';
  let checked = 0;
  let sound = 0;
  let isEnded = false;
  for await (const part of model.stream(prompt, { ...(calm ? CALM_PROSE : PROSE), seed, maxTokens, ...(signal ? { signal } : {}) })) {
    if (part.type === 'end') isEnded = part.finishReason === 'stop';
    if (part.type === 'end') break;
    raw += part.text;
    // A sentence has ended, or none does.
    if (!/[.!?。！？…\n]/u.test(part.text) && raw.length - checked < 160) continue;
    checked = raw.length;
    const text = cleanProse(raw);
    if (findFlaw(text, watch, sound)) break;
    // The last sentence may still grow into a wrong one.
    sound = endAtSentence(text).length;
    if (measureLength(text, unit) > wanted * ENOUGH) break;
  }
  const text = cleanProse(raw);
  const flaw = findFlaw(text, watch);
  const prose = await convert(endAtSentence(flaw ? text.slice(0, flaw.at) : text), watch.language);
  return flaw ? { text: prose, flaw: flaw.kind, isEnded: false } : { text: prose, isEnded };
}

/** Models slip into the Chinese script they have read most. */
async function convert(text: string, language: string): Promise<string> {
  const { language: code, script } = readLanguage(language);
  return code === 'zh' ? convertChineseScript(text, script ?? 'Hans') : text;
}

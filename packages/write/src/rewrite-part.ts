import type { Model } from '@glm-tasks/core';
import { buildPrompt, createMarker, cutSentences, detectLanguage, generateGuarded, isOrderToModel, lastOf, measureLength, readLanguage, type GuardedText, type LengthTarget, type Store } from '@glm-tasks/task';
import { inScript } from './news/in-script.ts';
import { checkRewriting } from './rewrite-check.ts';
import { chooseRewriteWording } from './rewrite-prompts.ts';
import type { RewriteInput, Rewriting } from './rewrite-schema.ts';

export interface RewriteSetting {
  model: Model;
  wish: RewriteInput;
  language: string;
  /** How long the whole is to be in parts of what it is, at least and at most. */
  ratio: { min: number; max: number } | undefined;
  unit: 'words' | 'characters';
  store: Store | undefined;
  signal: AbortSignal | undefined;
}

type Outcome = Pick<Rewriting['parts'][number], 'text' | 'state' | 'issues'>;

/** A sentence of fewer letters says too little to be said otherwise. */
const SHORTEST = 8;

/**
 * One stretch of text: asked for twice, the second time with what was wrong; then sentence by sentence, so that one bad sentence costs itself
 * alone. What passes no check stays as it is. Sentences that give orders to a model are never shown to it.
 */
export async function rewritePart(source: string, setting: RewriteSetting): Promise<Outcome> {
  if (!isWorthRewriting(source)) return { text: source, state: 'kept', issues: [] };
  const sentences = cutSentences(source);
  const hasOrder = sentences.some(isOrderToModel);
  if (!hasOrder) {
    const whole = await rewriteOnce(source, setting, 2);
    if (whole.issues.length === 0) return { text: whole.text, state: 'rewritten', issues: [] };
    if (sentences.length === 1) return { text: source, state: 'kept', issues: whole.issues };
  }
  const single: Outcome[] = [];
  for (const sentence of sentences) single.push(await rewriteSentence(sentence, setting));
  const changed = single.filter(({ state }) => state === 'rewritten').length;
  const state = changed === 0 ? 'kept' : changed === single.length ? 'rewritten' : 'partly';
  return { text: single.map(({ text }) => text).join(''), state, issues: [...new Set(single.flatMap(({ issues }) => issues))] };
}

async function rewriteSentence(piece: string, setting: RewriteSetting): Promise<Outcome> {
  const sentence = piece.trimEnd();
  if (!isWorthRewriting(sentence)) return { text: piece, state: 'kept', issues: [] };
  if (isOrderToModel(sentence)) return { text: piece, state: 'kept', issues: ['a sentence gives orders to a model'] };
  const { text, issues } = await rewriteOnce(sentence, { ...setting, ratio: setting.ratio && { min: Math.min(setting.ratio.min, 0.5), max: setting.ratio.max * 1.3 } }, 1);
  return issues.length === 0 ? { text: `${text}${piece.slice(sentence.length)}`, state: 'rewritten', issues: [] } : { text: piece, state: 'kept', issues };
}

async function rewriteOnce(source: string, setting: RewriteSetting, attempts: number): Promise<{ text: string; issues: string[] }> {
  const { model, wish, ratio, unit, store, signal } = setting;
  const language = ownLanguage(source, setting.language);
  const wording = chooseRewriteWording(language);
  const length = measureLength(source, unit);
  const target: LengthTarget | undefined = ratio && { unit, min: Math.max(1, Math.floor(length * ratio.min)), max: Math.max(3, Math.ceil(length * ratio.max)) };
  const order = wording.order(wish, ratio && Math.max(2, Math.round((length * (ratio.min + ratio.max)) / 2)));
  const marker = createMarker(source);
  const instructions = [wording.system, wording.order({ ...wish, style: undefined }, undefined)].join('\n');
  const { counts } = await model.countTokens([source]);
  const maxTokens = Math.min(1_200, 40 + Math.ceil((counts[0] ?? 200) * 1.6 * Math.max(1, ratio?.max ?? 1)));
  let said: GuardedText | undefined;
  let issues: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const instruction = attempt === 0 ? order : `${order} ${wording.again(issues)}`;
    const prompt = () => buildPrompt({ system: wording.system, document: source, marker, instruction });
    said = await lastOf(generateGuarded(model, { prompt, guards: { marker, document: source, instructions, language: readLanguage(language).language }, maxTokens, store, signal }));
    const text = await inScript(joinLines(said.text, source), language);
    issues = said.failure === undefined ? checkRewriting(text, source, target) : [`the answer failed its check (${said.failure})`];
    if (issues.length === 0) return { text, issues };
  }
  return { text: source, issues };
}

const UNSPACED = new Set(['zh', 'ja', 'ko']);

/** A text may have lines in another script than most of it; statistics on a line of Latin letters are not worth that much. */
function ownLanguage(source: string, language: string): string {
  const own = detectLanguage(source);
  const { language: wanted } = readLanguage(language);
  return own !== 'und' && own !== wanted && (UNSPACED.has(own) || UNSPACED.has(wanted)) ? own : language;
}

function isWorthRewriting(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= SHORTEST;
}

/** A part is one line of the text and stays one. */
function joinLines(text: string, source: string): string {
  return source.includes('\n') ? text : text.replace(/\s*\n+\s*/gu, /\p{Script=Han}/u.test(text) ? '' : ' ');
}

import type { Model } from '@glm-tasks/core';
import { createMarker, fence, findFacts, findSupport, guardOutput, isOrderToModel, neutralize, remember, type Store } from '@glm-tasks/task';
import { z } from 'zod';
import type { Wording } from './prompts.ts';
import type { Question } from './question.ts';
import type { Turn } from './schema.ts';

/** Turns that may still be meant by "it". */
const TURNS = 6;
const LONGEST_TURN = 300;

/** What points at something said before. */
const POINTING =
  /(?<![其吉])[他她它](?:们|的)?|(?<![因除])此(?!外)|这(?:个|款|种|家|位|些|里|边|样|次|项|件|本|座)?|那(?:个|款|种|家|位|些|里|边|样|次|项|件|本|座)?|该|前者|后者|上面|刚才|\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|one|ones|former|latter|same)\b/iu;
/** What goes on with a question: "And on Sundays?" */
const GOING_ON = /^(?:那么?|还有|另外|然后|以及|再|换成|如果是|and|what about|how about|or|but|then|also|so)(?![\p{Script=Latin}])|(?:呢|的呢)[？?]?$/iu;
const GREETING = /^(?:你好|您好|嗨|哈喽|喂|早上好|下午好|晚上好|谢谢|多谢|再见|拜拜|好的|嗯|哦|hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?|bye|goodbye|ok(?:ay)?)[\s!！。.,，~～]*(?:there|all|everyone|大家|您|你)?[\s!！。.,，~～]*$/iu;

function isGreeting(text: string): boolean {
  return GREETING.test(text.trim());
}

/** True where a question cannot be understood alone: it points back, goes on, or says next to nothing. */
function leansOnHistory({ text, content }: Question): boolean {
  if (isGreeting(text)) return false;
  const size = content.reduce((sum, part) => sum + (/\p{Script=Han}/u.test(part) ? [...part].length : 2), 0);
  return POINTING.test(text) || GOING_ON.test(text.trim()) || size < 4;
}

/**
 * The question as it can be understood alone; undefined where it can be already, or where the model's version says what nobody said. Whoever
 * searches uses both forms: a bad rewrite then costs nothing.
 */
export async function rewriteQuestion(question: Question, history: readonly Turn[], { model, wording, store, signal }: { model: Model; wording: Wording; store?: Store | undefined; signal?: AbortSignal | undefined }): Promise<string | undefined> {
  if (history.length === 0 || !leansOnHistory(question)) return undefined;
  const turns = history.slice(-TURNS).map(({ role, content }) => ({ role, content: clip(content.replace(/\s+/gu, ' ').trim()) }));
  const talk = turns.map(({ role, content }) => `${wording.rewrite[role]}: ${content}`).join('\n');
  const marker = createMarker(talk);
  const asked = neutralize(question.text.replace(/\s+/gu, ' '));
  const parts = { made: 'rewritten question', version: 1, model: model.name, system: wording.rewrite.system, talk, asked };
  const written = await remember(store, parts, async () => {
    const messages = [
      { role: 'system' as const, content: wording.rewrite.system },
      { role: 'user' as const, content: `${fence(talk, marker)}\n\n${wording.rewrite.order(asked)}` },
    ];
    const { text } = await model.generate(messages, { maxTokens: 80, stop: ['\n'], ...(signal ? { signal } : {}) });
    return text;
  }, z.string());
  const { text, failure } = guardOutput(written, { marker, instructions: wording.rewrite.system });
  return failure === undefined && isFaithful(text, question.text, turns) ? text : undefined;
}

/** It asks for no more than was said, and gives no orders. */
function isFaithful(text: string, question: string, turns: readonly Turn[]): boolean {
  if (text === question || text.length > question.length + 120 || isOrderToModel(text)) return false;
  const said = [question, ...turns.map(({ content }) => content)].join('\n');
  return findFacts(text).length === 0 || findSupport(text, said).missing.length === 0;
}

function clip(text: string): string {
  return text.length > LONGEST_TURN ? `${text.slice(0, LONGEST_TURN)}…` : text;
}

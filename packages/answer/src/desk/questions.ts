import { cutSentences } from '@glm-tasks/task';
import { hasPlaceholder } from './personal-data.ts';
import { readTone } from './tone.ts';

const QUESTION = /[?？]|(?:吗|呢|么)[。！!]*$|什么|怎么|怎样|如何|多少|多久|几[点天个号]|哪|能不能|可不可以|是不是|有没有|要不要|^\W*(?:what|how|when|where|which|who|why|can|could|do|does|is|are|will)\b/iu;

export function isQuestion(text: string): boolean {
  return QUESTION.test(text.trim());
}

/** The sentences of a turn that ask something; the turn itself where none does. */
export function splitQuestions(text: string): string[] {
  const questions = cutSentences(text).map((sentence) => sentence.trim()).filter(isQuestion);
  return questions.length === 0 ? [text] : questions;
}

/** A question without the clauses beside it that only say who is asking, and in what mood: 我的手机是[PHONE_1]，怎么开发票？ -> 怎么开发票？ */
export function dropAsides(text: string): string {
  const clauses = text.match(/[^，,。！!？?；;\n]+[，,。！!？?；;\n]*/gu) ?? [];
  const kept = clauses.filter((clause) => isQuestion(clause) || (!hasPlaceholder(clause) && readTone(clause) === 'neutral'));
  return kept.some(isQuestion) ? kept.join('').trim() : text;
}

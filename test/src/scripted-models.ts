import type { JsonSchema, Message, Model } from '@glm-tasks/core';
import { cutSentences } from '@glm-tasks/task';
import { scriptedWriter } from '@glm-tasks/write/testing';
import { sourceOf, toChinese } from '../../packages/translate/dist/testing/fake-translator.js';

export * from '@glm-tasks/core';

/** In place of the one that loads weights: it plans stories by a script, and answers the other tasks in the form they ask for, without sense. */
export async function fromPretrained(): Promise<Model> {
  const script: Parameters<typeof scriptedWriter>[0] = (_call, question, request) => {
    const system = (request.prompt as Message[])[0]?.content ?? '';
    if (/novelist|stories|小说|故事/u.test(system)) return undefined;
    if (/You answer questions from documents/.test(system)) return answerFrom(documentOf(question), /^Question: (.*)$/m.exec(question)?.[1] ?? '');
    if (request.json !== undefined) return JSON.stringify(leastOf(request.json.schema));
    if (/translator|专业翻译/u.test(system)) return toChinese(sourceOf(request));
    if (/You (summarize|rewrite)|news agency|概括文章/u.test(system)) return cutSentences(documentOf(question))[0] ?? '';
    return 'Hello, here is an answer.';
  };
  return scriptedWriter(script, { can: { json: ['constrained'] } }).model;
}

/** What stands in the fence. */
function documentOf(question: string): string {
  return /<[^>]*>\n([\s\S]*)\n<\//.exec(question)?.[1] ?? question;
}

/** The sentence that has most of the question's words, as the quote and as the answer. */
function answerFrom(document: string, question: string): string {
  const words = question.toLowerCase().match(/\w{4,}/g) ?? [];
  const hits = (sentence: string): number => words.filter((word) => sentence.toLowerCase().includes(word)).length;
  const quote = cutSentences(document).map((sentence) => sentence.trim()).toSorted((a, b) => hits(b) - hits(a))[0] ?? '';
  return JSON.stringify({ quote, answerable: quote !== '', answer: quote });
}

/** A small value that fits a schema of the kinds that examples use. */
function leastOf({ type, ...schema }: JsonSchema): unknown {
  if ('const' in schema) return schema['const'];
  const [first] = (schema['enum'] ?? schema['anyOf'] ?? []) as unknown[];
  if (first !== undefined) return 'anyOf' in schema ? leastOf(first as JsonSchema) : first;
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  if (type === 'object') return Object.fromEntries(properties.map(([name, property]) => [name, leastOf(property)]));
  if (type === 'array') return Array.from({ length: Number(schema['minItems'] ?? 0) }, () => leastOf((schema['items'] ?? {}) as JsonSchema));
  if (type === 'integer' || type === 'number') return Math.max(1, Number(schema['minimum'] ?? 1));
  return type === 'boolean' ? true : 'text';
}

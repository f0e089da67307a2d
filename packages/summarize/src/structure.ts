import { TaskError, type GeneratedObject } from '@glm-tasks/core';
import { buildPrompt, createSupportFinder, isInLanguage, readLanguage, type TaskEvent } from '@glm-tasks/task';
import { z } from 'zod';
import type { Corpus } from './corpus.ts';
import { listUnverified } from './verify.ts';
import type { Writing } from './write-text.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

export interface Structure {
  /** As the schema gives it back. */
  object: unknown;
  /** As JSON. */
  summary: string;
  unverified: string[];
}

/** The schema of the run, or that of the input made one of zod's. */
export function readSchema(json: Record<string, unknown> | undefined, zod: z.ZodType | undefined): z.ZodType | undefined {
  if (zod !== undefined || json === undefined) return zod;
  try {
    return z.fromJSONSchema(json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TaskError('invalid_input', `summarize: "schema" is no JSON Schema that can be used: ${reason}.`, { details: { field: 'schema' }, cause });
  }
}

/** Fills the structure from the document (or the notes on it); a wrong language is asked for once more. What it names is held against the corpus. */
export async function* fillStructure(document: string, schema: z.ZodType, corpus: Corpus, writing: Writing): Steps<Structure> {
  const { wording, outputLanguage, textLanguage, warnings } = writing;
  const isTranslated = readLanguage(outputLanguage).language !== readLanguage(textLanguage).language;
  yield { type: 'progress', stage: 'writing', done: 0, total: 1 };
  let filled = await ask(document, schema, writing, wording.structure({ ...writing, language: isTranslated ? outputLanguage : undefined }));
  if (!isInLanguage(readTexts(filled.object).join('\n'), outputLanguage)) {
    const again = await ask(document, schema, writing, wording.structure({ ...writing, language: outputLanguage }));
    if (isInLanguage(readTexts(again.object).join('\n'), outputLanguage)) filled = again;
    else warnings.push(`Some texts of the structure are not in the language asked for (${outputLanguage}).`);
  }
  yield { type: 'progress', stage: 'writing', done: 1, total: 1 };
  const find = createSupportFinder(corpus.text);
  const unverified = listUnverified(readLeaves(filled.object).map(find), isTranslated, warnings);
  return { object: filled.object, summary: JSON.stringify(filled.object, null, 2), unverified };
}

function ask(document: string, schema: z.ZodType, { model, wording, marker, writeTokens, signal }: Writing, instruction: string): Promise<GeneratedObject<unknown>> {
  return model.generateObject(buildPrompt({ system: wording.system, document, marker, instruction }), { schema, maxTokens: writeTokens, ...(signal ? { signal } : {}) });
}

/** Texts long enough to have a language: a name or a code has none. */
function readTexts(value: unknown): string[] {
  return readLeaves(value).filter((text) => /\s\S+\s|\p{Script=Han}{4}/u.test(text));
}

function readLeaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(readLeaves) : [];
}

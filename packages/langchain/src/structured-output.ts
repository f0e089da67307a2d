import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import type { AIMessageChunk } from '@langchain/core/messages';
import { RunnableLambda, RunnablePassthrough, RunnableSequence, type Runnable } from '@langchain/core/runnables';
import type { z } from 'zod';
import { readOutputSchema, type AnySchema } from './output-schema.ts';

/** Travels with a call, from `withStructuredOutput` to the model. */
export interface OutputForm {
  schema: z.core.$ZodType;
  /** Whether an answer that does not fit is handed back as it is. */
  lenient: boolean;
  /** LangChain writes a call's options into the keys of its caches. */
  toJSON(): unknown;
}

interface OutputOptions {
  outputForm: OutputForm;
  ls_structured_output_format: { kwargs: { method: string }; schema: Record<string, unknown> };
}

/**
 * The model held to a schema, and behind it a reader of its answer. Whatever `method` is given, it is constrained decoding where the engine can.
 * With `includeRaw` an answer that does not fit is no error: `parsed` is null, as everywhere in LangChain.
 */
export function bindOutput<Output extends Record<string, unknown>>(
  bind: (options: OutputOptions) => Runnable<BaseLanguageModelInput, AIMessageChunk>,
  schema: AnySchema<Output>,
  { includeRaw = false, method = 'jsonSchema' }: StructuredOutputMethodOptions<boolean>,
): Runnable<BaseLanguageModelInput, Output> {
  const { zod, json, parse } = readOutputSchema(schema);
  const model = bind({
    outputForm: { schema: zod, lenient: includeRaw, toJSON: () => ({ schema: json, lenient: includeRaw }) },
    ls_structured_output_format: { kwargs: { method }, schema: json },
  });
  const read = async ({ content }: AIMessageChunk): Promise<Output> => (await parse(JSON.parse(content as string))) as Output;
  if (!includeRaw) return model.pipe(RunnableLambda.from(read)).withConfig({ runName: 'StructuredOutput' });
  const parsed = ({ raw }: { raw: AIMessageChunk }): Promise<Output | null> => read(raw).catch(() => null);
  // LangChain types the result by an overload of withStructuredOutput.
  return RunnableSequence.from([{ raw: model }, RunnablePassthrough.assign({ parsed })], 'StructuredOutput') as unknown as Runnable<BaseLanguageModelInput, Output>;
}

import { TaskError, type JsonSchema } from '@glm-tasks/core';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import type { SerializableSchema } from '@langchain/core/utils/standard_schema';
import { interopParseAsync, isInteropZodSchema, type InteropZodType } from '@langchain/core/utils/types';
import type { z } from 'zod';
import { jsonToZod } from './json-to-zod.ts';

/** Anything LangChain takes for a schema: zod 4, zod 3, another library's with a JSON Schema of its own, JSON Schema. */
export type AnySchema<Output> = z.core.$ZodType<Output> | Zod3Schema<Output> | SerializableSchema<Output> | Record<string, unknown>;

/** LangChain's own type of these takes no schema of zod 3 under `exactOptionalPropertyTypes`. */
interface Zod3Schema<Output> {
  readonly _output: Output;
  readonly _def: object;
  safeParse(value: unknown): unknown;
}

export interface OutputSchema {
  /** What the model is held to. */
  zod: z.core.$ZodType;
  json: JsonSchema;
  /** From what the model wrote to what the caller wants: checks, defaults and transforms of the caller's own schema. */
  parse(written: unknown): Promise<unknown>;
}

export function readOutputSchema(schema: AnySchema<unknown>): OutputSchema {
  const json = convert(schema);
  // Only zod 4 can be asked again with what is wrong with an answer by the caller's own checks; the others are held to their shape.
  const zod = '_zod' in schema ? (schema as z.core.$ZodType) : jsonToZod(json, 'output');
  return { zod, json, parse: (written) => parse(schema, zod, written) };
}

function convert(schema: AnySchema<unknown>): JsonSchema {
  try {
    return toJsonSchema(schema as Parameters<typeof toJsonSchema>[0]) as JsonSchema;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TaskError('invalid_input', `The schema of the output has no JSON Schema: ${reason}; give types JSON has.`, { details: { field: 'schema' }, cause });
  }
}

async function parse(schema: AnySchema<unknown>, zod: z.core.$ZodType, written: unknown): Promise<unknown> {
  if (isInteropZodSchema(schema)) return interopParseAsync(schema, written);
  if (!('~standard' in schema)) return interopParseAsync(zod as InteropZodType, written);
  const checked = await (schema as SerializableSchema)['~standard'].validate(written);
  if (checked.issues === undefined) return checked.value;
  throw new TaskError('output_invalid', `The answer does not fit the schema: ${checked.issues[0]?.message ?? 'no reason was given'}.`, { partial: written });
}

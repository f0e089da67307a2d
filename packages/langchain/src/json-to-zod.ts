import { TaskError, type JsonSchema } from '@glm-tasks/core';
import { z } from 'zod';

const LISTS = ['anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', '$defs', 'definitions'];

/**
 * @param what what the schema belongs to, for the error: `tool "search"`
 * @throws TaskError `invalid_input` for keywords zod has no counterpart of
 */
export function jsonToZod(schema: unknown, what: string): z.ZodType {
  try {
    return z.fromJSONSchema(close(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TaskError('invalid_input', `The JSON Schema of the ${what} cannot be held to: ${reason}. Write it with type, properties, items, enum and anyOf.`, {
      details: { field: 'schema' },
      cause,
    });
  }
}

/** An object that lists its properties has no others: a model would spend tokens on them. */
function close(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed: JsonSchema = { ...schema };
  for (const key of MAPS) if (isObject(closed[key])) closed[key] = Object.fromEntries(Object.entries(closed[key]).map(([name, inner]) => [name, close(inner)]));
  for (const key of LISTS) if (Array.isArray(closed[key])) closed[key] = closed[key].map(close);
  if (isObject(closed['items'])) closed['items'] = close(closed['items']);
  if (isObject(closed['additionalProperties'])) closed['additionalProperties'] = close(closed['additionalProperties']);
  if (closed['properties'] !== undefined && closed['additionalProperties'] === undefined && closed['allOf'] === undefined) closed['additionalProperties'] = false;
  return closed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

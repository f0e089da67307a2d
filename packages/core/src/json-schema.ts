import { z } from 'zod';
import { TaskError } from '@glm-tasks/weights';
import type { JsonSchema } from './engine.ts';

/** A zod schema made ready for engines and prompts. */
export interface ObjectForm {
  /** What the model writes: the input side, before defaults and transforms. Always an object at the top. */
  schema: JsonSchema;
  /** Whether `schema` holds the wanted value under the key "value", because servers want an object at the top. */
  wrapped: boolean;
  /** Validates what the model wrote, as an answer to `schema`. */
  parse(written: unknown): Promise<Parsed>;
}

export type Parsed = { ok: true; object: unknown; written: unknown } | { ok: false; issues: Issue[] };

export interface Issue {
  /** As in JavaScript: `items[0].kind`. */
  path: string;
  message: string;
}

const forms = new WeakMap<z.core.$ZodType, ObjectForm>();

/**
 * zod to JSON Schema by zod itself. Keys that zod would drop are forbidden: a model would spend tokens on them.
 *
 * @throws TaskError `invalid_input` that names the path and the kind of what JSON cannot express
 */
export function toObjectForm(schema: z.core.$ZodType): ObjectForm {
  const known = forms.get(schema);
  if (known) return known;
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) {
    throw new TaskError('invalid_input', '"schema" is not a schema of zod 4; give one, as in z.object({ title: z.string() }).', { details: { field: 'schema' } });
  }
  const wrapped = convert(schema).type !== 'object';
  const top = wrapped ? z.object({ value: schema }) : schema;
  const form: ObjectForm = { schema: tidy(convert(top)), wrapped, parse: (written) => parse(schema, wrapped, written) };
  forms.set(schema, form);
  return form;
}

function convert(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: ({ zodSchema, path }) => {
      throw inexpressible(zodSchema, path);
    },
    override: ({ zodSchema, path }) => {
      // zod takes a file for a text, which then never validates.
      if (zodSchema._zod.def.type === 'file') throw inexpressible(zodSchema, path);
    },
  });
  return converted;
}

function inexpressible(schema: z.core.$ZodType, path: (string | number)[]): TaskError {
  const { type } = schema._zod.def;
  const place = readPath(path) || 'the top';
  const message = `The schema has a ${type} at ${place}, which JSON cannot express; give a type of JSON there, and turn it into yours with .transform().`;
  return new TaskError('invalid_input', message, { details: { field: 'schema', path: place, kind: type } });
}

/** `['properties', 'items', 'items', 'anyOf', 0]` is the property "items" of which each element is a union: `items[]`. */
function readPath(path: (string | number)[]): string {
  let shown = '';
  for (let at = 0; at < path.length; at++) {
    if (path[at] === 'properties' || path[at] === '$defs') shown += `${shown === '' ? '' : '.'}${path[++at]}`;
    else if (path[at] === 'items' || path[at] === 'prefixItems' || path[at] === 'additionalProperties') shown += '[]';
  }
  return shown;
}

/** Forbids what zod would drop, and takes out bounds that only say that the number is a safe one. */
function tidy(schema: JsonSchema): JsonSchema {
  const { properties, items, prefixItems, anyOf, oneOf, $defs, additionalProperties, ...rest } = schema;
  if (rest['minimum'] === Number.MIN_SAFE_INTEGER) delete rest['minimum'];
  if (rest['maximum'] === Number.MAX_SAFE_INTEGER) delete rest['maximum'];
  const map = (schemas: unknown) => Object.fromEntries(Object.entries(schemas as object).map(([key, value]) => [key, tidyAny(value)]));
  const list = (schemas: unknown) => (schemas as unknown[]).map(tidyAny);
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: map(properties), additionalProperties: false }),
    // Members of an `allOf` stay as they are: each would forbid the keys of the others.
    ...(additionalProperties === undefined ? {} : { additionalProperties: tidyAny(additionalProperties) }),
    ...(items === undefined ? {} : { items: tidyAny(items) }),
    ...(prefixItems === undefined ? {} : { prefixItems: list(prefixItems) }),
    ...(anyOf === undefined ? {} : { anyOf: list(anyOf) }),
    ...(oneOf === undefined ? {} : { oneOf: list(oneOf) }),
    ...($defs === undefined ? {} : { $defs: map($defs) }),
  };
}

function tidyAny(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null ? tidy(schema as JsonSchema) : schema;
}

async function parse(schema: z.core.$ZodType, wrapped: boolean, written: unknown): Promise<Parsed> {
  const outer = wrapped ? z.object({ value: schema }) : schema;
  const parsed = await z.core.safeParseAsync(outer, written);
  if (parsed.success && wrapped) {
    return { ok: true, object: (parsed.data as { value: unknown }).value, written: (written as { value: unknown }).value };
  }
  if (parsed.success) return { ok: true, object: parsed.data, written };
  // Weaker rungs let a model forget the wrapping; the value is no other for it.
  const bare = wrapped ? await z.core.safeParseAsync(schema, written) : parsed;
  return bare.success ? { ok: true, object: bare.data, written } : { ok: false, issues: listIssues(parsed.error.issues, []) };
}

/** Of a union, the issues of the member that came closest. */
function listIssues(issues: z.core.$ZodIssue[], parent: PropertyKey[]): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...issue.path];
    const closest = issue.code === 'invalid_union' ? issue.errors.toSorted((one, other) => one.length - other.length)[0] : undefined;
    if (closest && closest.length > 0) return listIssues(closest, path);
    return [{ path: writePath(path), message: issue.message }];
  });
}

function writePath(path: PropertyKey[]): string {
  return path.reduce<string>((shown, key) => {
    if (typeof key === 'number') return `${shown}[${key}]`;
    return shown === '' ? String(key) : `${shown}.${String(key)}`;
  }, '');
}

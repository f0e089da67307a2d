import type { GbnfJsonSchema } from 'node-llama-cpp';
import { TaskError } from '@glm-tasks/weights';
import type { JsonSchema } from '../../engine.ts';

// Words that say nothing about which values are valid.
const REMARKS = new Set(['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$defs']);
const FORMATS = new Set(['date', 'time', 'date-time']);
const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'null']);

/**
 * Rewrites a JSON Schema in the words node-llama-cpp makes grammars of (its guide, "JSON Schema grammar"). Every text the grammar
 * allows is valid under the schema; it may allow less: properties come in the order of the schema, optional ones are always
 * written, and none come on top.
 *
 * @throws TaskError `invalid_input` with `details.unsupported: 'constrained'` for a word it cannot keep
 */
export function toGrammarSchema(schema: JsonSchema): GbnfJsonSchema {
  const root = convert(schema, '#');
  const defs = schema['$defs'];
  if (defs === undefined) return root;
  const converted = Object.entries(defs as Record<string, unknown>).map(([name, value]) => [name, convert(value, `#/$defs/${name}`)]);
  return { ...root, $defs: Object.fromEntries(converted) } as GbnfJsonSchema;
}

function convert(schema: unknown, at: string): GbnfJsonSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw unsupported(at, 'a schema that is not an object');
  const words = Object.fromEntries(Object.entries(schema).filter(([word]) => !REMARKS.has(word)));
  if ('$ref' in words) return convertReference(words, at);
  if ('const' in words) return convertConstant(words, at);
  if ('enum' in words) return convertEnum(words, at);
  if ('anyOf' in words || 'oneOf' in words) return convertAlternatives(words, at);
  switch (words['type']) {
    case 'object':
      return convertObject(words, at);
    case 'array':
      return convertArray(words, at);
    case 'string':
      return convertString(words, at);
    default:
      return convertPlain(words, at);
  }
}

function convertReference(words: JsonSchema, at: string): GbnfJsonSchema {
  allowOnly(words, ['$ref'], at);
  const reference = words['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/$defs/')) throw unsupported(at, `"$ref": ${JSON.stringify(reference)}`);
  return { $ref: reference } as GbnfJsonSchema;
}

function convertConstant(words: JsonSchema, at: string): GbnfJsonSchema {
  allowOnly(words, ['const', 'type'], at);
  return { const: checkScalar(words['const'], at) };
}

function convertEnum(words: JsonSchema, at: string): GbnfJsonSchema {
  allowOnly(words, ['enum', 'type'], at);
  return { enum: (words['enum'] as unknown[]).map((value) => checkScalar(value, at)) };
}

function convertAlternatives(words: JsonSchema, at: string): GbnfJsonSchema {
  const word = 'anyOf' in words ? 'anyOf' : 'oneOf';
  allowOnly(words, [word], at);
  return { oneOf: (words[word] as unknown[]).map((alternative, index) => convert(alternative, `${at}/${word}/${index}`)) };
}

function convertObject(words: JsonSchema, at: string): GbnfJsonSchema {
  const { properties = {}, required = [], additionalProperties = true, propertyNames } = words;
  const named = Object.entries(properties as Record<string, unknown>);
  // A record: any name, one form of value. With named properties there is no need for others.
  const isRecord = named.length === 0 && additionalProperties !== false;
  allowOnly(words, ['type', 'properties', 'required', 'additionalProperties', ...(isRecord ? ['propertyNames', 'minProperties', 'maxProperties'] : [])], at);
  const stranger = (required as string[]).find((name) => !(name in (properties as object)));
  if (stranger !== undefined) throw unsupported(at, `"required": "${stranger}" without a property of that name`);
  if (propertyNames !== undefined && Object.keys(propertyNames as object).join() !== 'type') throw unsupported(at, '"propertyNames"');
  if (!isRecord) return { type: 'object', properties: Object.fromEntries(named.map(([name, value]) => [name, convert(value, `${at}/properties/${name}`)])) };
  const anything = additionalProperties === true || Object.keys(additionalProperties as object).length === 0;
  return {
    type: 'object',
    additionalProperties: anything ? true : convert(additionalProperties, `${at}/additionalProperties`),
    ...pickNumbers(words, ['minProperties', 'maxProperties']),
  };
}

function convertArray(words: JsonSchema, at: string): GbnfJsonSchema {
  const { items, prefixItems } = words;
  allowOnly(words, ['type', 'items', 'prefixItems', 'minItems', 'maxItems'], at);
  if (prefixItems === undefined) {
    const anything = items === undefined || items === true || Object.keys(items as object).length === 0;
    return { type: 'array', ...(anything ? {} : { items: convert(items, `${at}/items`) }), ...pickNumbers(words, ['minItems', 'maxItems']) };
  }
  const prefix = (prefixItems as unknown[]).map((item, index) => convert(item, `${at}/prefixItems/${index}`));
  const open = typeof items === 'object' && items !== null;
  const bounds = open ? pickNumbers(words, ['minItems', 'maxItems']) : { minItems: prefix.length, maxItems: prefix.length };
  return { type: 'array', prefixItems: prefix, ...(open ? { items: convert(items, `${at}/items`) } : {}), ...bounds };
}

function convertString(words: JsonSchema, at: string): GbnfJsonSchema {
  const { format } = words;
  if (format === undefined) {
    allowOnly(words, ['type', 'minLength', 'maxLength'], at);
    return { type: 'string', ...pickNumbers(words, ['minLength', 'maxLength']) };
  }
  allowOnly(words, ['type', 'format'], at);
  if (!FORMATS.has(String(format))) throw unsupported(at, `"format": ${JSON.stringify(format)}`);
  return { type: 'string', format: format as 'date' };
}

function convertPlain(words: JsonSchema, at: string): GbnfJsonSchema {
  const types = [words['type']].flat();
  const unknown = types.find((type) => typeof type !== 'string' || !TYPES.has(type));
  if (types.length === 0 || unknown !== undefined || !('type' in words)) throw unsupported(at, 'type' in words ? `"type": ${JSON.stringify(words['type'])}` : 'a schema without "type"');
  // Every whole number of zod carries these two bounds; the grammar stops at 16 digits, where they lie.
  const isSafeBound = ([word, value]: [string, unknown]): boolean =>
    (word === 'minimum' && value === Number.MIN_SAFE_INTEGER) || (word === 'maximum' && value === Number.MAX_SAFE_INTEGER);
  allowOnly(Object.fromEntries(Object.entries(words).filter((entry) => !isSafeBound(entry))), ['type'], at);
  return { type: types as ('string' | 'number')[] };
}

function checkScalar(value: unknown, at: string): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw unsupported(at, `the constant ${JSON.stringify(value)}`);
}

function pickNumbers(words: JsonSchema, names: string[]): Record<string, number> {
  return Object.fromEntries(names.flatMap((name) => (typeof words[name] === 'number' ? [[name, words[name]]] : [])));
}

function allowOnly(words: JsonSchema, allowed: string[], at: string): void {
  const other = Object.keys(words).find((word) => !allowed.includes(word));
  if (other !== undefined) throw unsupported(at, `"${other}"`);
}

function unsupported(at: string, what: string): TaskError {
  return new TaskError('invalid_input', `A llama.cpp grammar cannot keep ${what} (at ${at} of the schema). Leave it out, or ask for the JSON by prompt.`, {
    details: { unsupported: 'constrained', at },
  });
}

import type { JsonSchema } from './engine.ts';

/**
 * A schema as small models read it best: the shape of the answer with types in the places of values, and descriptions as comments.
 * Far shorter than JSON Schema, and the notation of TypeScript, which they have seen most (microsoft/TypeChat asks the same way).
 */
export function describeSchema(schema: JsonSchema): string {
  const definitions = Object.entries((schema['$defs'] ?? {}) as Record<string, JsonSchema>);
  const where = definitions.map(([name, definition]) => `${name} = ${describe(definition, '')}`);
  return [describe(schema, ''), ...where].join('\n');
}

function describe(schema: JsonSchema, indent: string): string {
  const union = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (typeof schema['$ref'] === 'string') return schema['$ref'] === '#' ? 'the whole form again' : schema['$ref'].replace('#/$defs/', '');
  if (union) return union.map((option) => describe(option, indent)).join(' | ');
  if (Array.isArray(schema['allOf'])) return (schema['allOf'] as JsonSchema[]).map((part) => describe(part, indent)).join(' & ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one: unknown) => describe({ ...schema, type: one }, indent)).join(' | ');
  if (type === 'object') return describeObject(schema, indent);
  if (type === 'array') return describeArray(schema, indent);
  return type === undefined ? 'any JSON' : `${String(type)}${describeLimits(schema)}`;
}

function describeObject(schema: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const required = new Set((schema['required'] ?? []) as string[]);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const others = schema['additionalProperties'];
  const lines = properties.map(([key, property]) => line(inner, JSON.stringify(key), property, !required.has(key)));
  if (typeof others === 'object' && others !== null) {
    const keys = (schema['propertyNames'] ?? {}) as JsonSchema;
    lines.push(line(inner, Array.isArray(keys['enum']) ? describe(keys, inner) : 'any key', others as JsonSchema, false));
  }
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function line(indent: string, key: string, property: JsonSchema, optional: boolean): string {
  const notes = [optional ? 'optional' : '', typeof property['description'] === 'string' ? property['description'].replace(/\s+/g, ' ') : ''];
  const comment = notes.filter((note) => note !== '').join('; ');
  return `${indent}${key}: ${describe(property, indent)},${comment === '' ? '' : ` // ${comment}`}`;
}

function describeArray(schema: JsonSchema, indent: string): string {
  const first = (schema['prefixItems'] ?? []) as JsonSchema[];
  const { items } = schema;
  const places = first.map((item) => describe(item, indent));
  if (typeof items === 'object' && items !== null) {
    const about = (items as JsonSchema)['description'];
    places.push(`${describe(items as JsonSchema, indent)}, ...${typeof about === 'string' ? ` /* ${about.replace(/\s+/g, ' ')} */` : ''}`);
  }
  const { minItems = 0, maxItems } = schema;
  const least = minItems === 0 ? '' : ` (at least ${String(minItems)})`;
  const count = maxItems === undefined ? least : ` (${String(minItems)} to ${String(maxItems)})`;
  return `[${places.join(', ')}]${typeof items === 'object' ? count : ''}`;
}

const LIMITS = {
  format: 'format',
  minimum: 'from',
  exclusiveMinimum: 'above',
  maximum: 'up to',
  exclusiveMaximum: 'below',
  multipleOf: 'a multiple of',
  minLength: 'characters from',
  maxLength: 'characters up to',
} as const;

function describeLimits(schema: JsonSchema): string {
  const limits = Object.entries(LIMITS).flatMap(([key, words]) => (schema[key] === undefined ? [] : [`${words} ${String(schema[key])}`]));
  // A format says in a word what its pattern takes a line for.
  if (schema['pattern'] !== undefined && schema['format'] === undefined) limits.push(`matching ${String(schema['pattern'])}`);
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`;
}

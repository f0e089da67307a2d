import { TaskError } from '@glm-tasks/weights';
import type { JsonSchema } from '../../engine.ts';
import { toJsonPattern } from './json-pattern.ts';
import { canBecome } from './number-bounds.ts';
import { resolveReference } from './value-limits.ts';

/** What no token can be checked against, so that the text may break it. */
const PASSED_OVER = ['multipleOf', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'dependentRequired', 'dependentSchemas', 'if', 'not', 'unevaluatedItems', 'unevaluatedProperties'];
/** What only speaks to people. */
const NOTES = ['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'then', 'else', 'contentEncoding', 'contentMediaType', 'contentSchema'];
/** What `createValueLimits` keeps. */
const LIMITS = ['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
/** Formats that the grammar knows. */
const FORMATS = ['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'uri'];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

export interface NarrowedSchema {
  /** For the grammar. */
  grammar: JsonSchema;
  /** The same with the limits of values. */
  limits: JsonSchema;
  /** In words what neither of the two keeps. */
  warnings: string[];
}

/**
 * Turns a JSON Schema into what can be kept while a text is written.
 *
 * @throws TaskError `invalid_input` for what is no schema, or none that any value keeps
 */
export function narrowSchema(schema: JsonSchema): NarrowedSchema {
  const warnings: string[] = [];
  const warn = (keyword: string, path: string): void => void warnings.push(`The schema's "${keyword}" at ${path} is not kept while the text is written; validate the object.`);

  function narrow(value: unknown, path: string): unknown {
    if (value === true) return {};
    if (!isSchema(value)) throw invalid(path, value, 'give a schema that some value keeps');
    const narrowed: JsonSchema = { ...value };
    for (const keyword of NOTES) delete narrowed[keyword];
    for (const keyword of PASSED_OVER.filter((name) => name in narrowed)) {
      warn(keyword, path);
      delete narrowed[keyword];
    }
    checkSchema(narrowed, path, schema);
    narrowText(narrowed, path, warn);
    narrowUnions(narrowed, path, warn);
    narrowNames(narrowed, path, warn);
    return mapChildren(narrowed, path, narrow);
  }

  const limits = narrow(schema, '$') as JsonSchema;
  return { grammar: dropLimits(limits) as JsonSchema, limits, warnings };
}

type Warn = (keyword: string, path: string) => void;

function checkSchema(schema: JsonSchema, path: string, root: JsonSchema): void {
  const { type, $ref, enum: values, minItems, maxItems } = schema;
  const types: unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const wrong = types.find((name) => !TYPES.includes(name as string));
  if (wrong !== undefined || (Array.isArray(type) && type.length === 0)) throw invalid(`${path}.type`, type, `give one of ${TYPES.join(', ')}`);
  if ($ref !== undefined && (typeof $ref !== 'string' || resolveReference(root, $ref) === undefined)) throw invalid(`${path}.$ref`, $ref, 'give a reference to a place in this schema, such as "#/$defs/name"');
  const key = Object.keys((schema['properties'] as object | undefined) ?? {}).find((name) => JSON.stringify(name) !== `"${name}"`);
  if (key !== undefined) throw invalid(path, key, 'give keys without quotes, backslashes and control characters');
  if (values !== undefined && !(Array.isArray(values) && values.length > 0)) throw invalid(`${path}.enum`, values, 'give a list of values');
  if ((type === 'integer' || type === 'number') && ![...'-0123456789'].some((first) => canBecome(first, schema))) throw invalid(path, schema, 'give bounds that some number keeps');
  if (typeof minItems === 'number' && typeof maxItems === 'number' && minItems > maxItems) throw invalid(`${path}.minItems`, minItems, `give no more than "maxItems", ${maxItems}`);
}

/** Of pattern, format and lengths the grammar keeps one; the pattern says most. */
function narrowText(schema: JsonSchema, path: string, warn: Warn): void {
  const { pattern, format } = schema;
  delete schema['pattern'];
  delete schema['format'];
  if (typeof pattern === 'string') {
    const written = toJsonPattern(pattern);
    if (written !== undefined) schema['pattern'] = written.pattern;
    if (!written?.exact) warn('pattern', path);
  }
  if (schema['pattern'] === undefined && typeof format === 'string') {
    if (FORMATS.includes(format)) schema['format'] = format;
    else if (typeof pattern !== 'string') warn('format', path);
  }
  if (schema['pattern'] === undefined && schema['format'] === undefined) return;
  // A limit could forbid the only way that a pattern goes on.
  for (const keyword of ['minLength', 'maxLength'].filter((name) => name in schema)) {
    warn(keyword, path);
    delete schema[keyword];
  }
}

function narrowUnions(schema: JsonSchema, path: string, warn: Warn): void {
  const { oneOf, allOf } = schema;
  if (Array.isArray(oneOf)) {
    if (!areApart(oneOf)) warn('oneOf', path);
    delete schema['oneOf'];
    schema['anyOf'] = oneOf;
  }
  if (Array.isArray(allOf) && allOf.length > 1) {
    const merged = mergeObjects(allOf);
    delete schema['allOf'];
    if (merged === undefined) warn('allOf', path);
    Object.assign(schema, merged ?? allOf[0]);
  }
}

/** Beside `propertyNames` the grammar would forget of what kind the values are. */
function narrowNames(schema: JsonSchema, path: string, warn: Warn): void {
  const { propertyNames, properties, additionalProperties = {} } = schema;
  if (!isSchema(propertyNames)) return;
  delete schema['propertyNames'];
  const { enum: names, type: _type, ...rest } = propertyNames;
  if (Array.isArray(names)) {
    schema['properties'] = { ...Object.fromEntries(names.map((name: unknown) => [String(name), additionalProperties])), ...(properties as object | undefined) };
    schema['additionalProperties'] = false;
  } else if (Object.keys(rest).some((keyword) => !NOTES.includes(keyword))) warn('propertyNames', path);
}

function mapChildren(schema: JsonSchema, path: string, change: (child: unknown, path: string) => unknown): JsonSchema {
  const changed = { ...schema };
  for (const keyword of ['properties', 'patternProperties', '$defs', 'definitions']) {
    const children = changed[keyword];
    if (isSchema(children)) changed[keyword] = Object.fromEntries(Object.entries(children).map(([name, child]) => [name, change(child, `${path}.${name}`)]));
  }
  for (const keyword of ['items', 'additionalProperties']) {
    if (isSchema(changed[keyword])) changed[keyword] = change(changed[keyword], keyword === 'items' ? `${path}[]` : `${path}.*`);
  }
  for (const keyword of ['prefixItems', 'anyOf', 'allOf']) {
    const children = changed[keyword];
    if (Array.isArray(children)) changed[keyword] = children.map((child: unknown, index) => change(child, keyword === 'prefixItems' ? `${path}[${index}]` : path));
  }
  return changed;
}

function dropLimits(value: unknown): unknown {
  const schema = { ...(value as JsonSchema) };
  for (const keyword of LIMITS) delete schema[keyword];
  return mapChildren(schema, '', dropLimits);
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether no value can be of two of these: other types, or objects told apart by a constant. */
function areApart(schemas: unknown[]): boolean {
  if (!schemas.every(isSchema)) return false;
  const types = schemas.map(({ type }) => (type === 'integer' ? 'number' : type));
  if (types.every((type) => typeof type === 'string') && new Set(types).size === types.length) return true;
  const [first] = schemas;
  return Object.keys((first?.['properties'] as object | undefined) ?? {}).some((key) => {
    const constants = schemas.map(({ properties, required }) => {
      const property = isSchema(properties) ? properties[key] : undefined;
      return isSchema(property) && Array.isArray(required) && required.includes(key) ? property['const'] : undefined;
    });
    return constants.every((constant) => constant !== undefined) && new Set(constants).size === constants.length;
  });
}

function mergeObjects(schemas: unknown[]): JsonSchema | undefined {
  const properties: JsonSchema = {};
  const required: unknown[] = [];
  for (const schema of schemas) {
    if (!isSchema(schema) || !isSchema(schema['properties'])) return undefined;
    if (Object.keys(schema['properties']).some((key) => key in properties)) return undefined;
    Object.assign(properties, schema['properties']);
    required.push(...((schema['required'] as unknown[] | undefined) ?? []));
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function invalid(path: string, value: unknown, advice: string): TaskError {
  const shown = JSON.stringify(value)?.slice(0, 80) ?? String(value);
  return new TaskError('invalid_input', `The schema cannot be kept: at ${path} it has ${shown}; ${advice}.`, { details: { field: 'json.schema', path, value: shown } });
}

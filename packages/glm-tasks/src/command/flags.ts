import { Option } from 'commander';
import { z } from 'zod';

/** One property of a task's input as a command-line flag. */
export interface Flag {
  property: string;
  option: Option;
  /** What the user typed (or `true`, for a flag without a value) as the value that the property takes. */
  read(typed: string | true): unknown;
}

/** What comes from files or standard input. */
const FROM_FILES = new Set(['text', 'texts', 'documents']);

/** A flag for each property of the input that does not come from files. */
export function flagsOf(input: z.ZodType): Flag[] {
  if (!(input instanceof z.ZodObject)) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties)
    .filter(([property]) => !FROM_FILES.has(property))
    .map(([property, json]) => {
      const schema = typeof json === 'object' ? json : {};
      const name = `--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const syntax = schema.type === 'boolean' ? name : `${name} <value>`;
      const option = new Option(syntax, describe(schema)).makeOptionMandatory(required.includes(property));
      return { property, option, read: (typed) => readValue(typed, input.shape[property]) };
    });
}

// Plain text first, so that --focus 2024 stays text where text is taken; then JSON; then words=100 for { "words": 100 }.
function readValue(typed: string | true, schema: z.ZodType): unknown {
  if (typed === true) return true;
  const [, key, value = ''] = /^(\w+)=(.+)$/s.exec(typed) ?? [];
  const pairs = key === undefined ? [] : [{ [key]: parseJson(value) }, { [key]: value }];
  const candidates = [typed, parseJson(typed), ...pairs].filter((candidate) => candidate !== undefined);
  return candidates.find((candidate) => schema.safeParse(candidate).success) ?? typed;
}

function parseJson(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return undefined; // then it was text, and the task's own check names what is wrong with it
  }
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function describe(schema: JsonSchema): string {
  const { description, default: fallback } = schema;
  const values = schema.type === 'boolean' ? undefined : valuesOf(schema);
  const meaning = [description, values].filter(Boolean).join(': ');
  return [meaning, fallback === undefined ? undefined : `(default: ${String(fallback)})`].filter(Boolean).join(' ');
}

/** What may be typed: `short|medium|long|words=NUMBER`. */
function valuesOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.join('|');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => valuesOf(choice)))].join('|');
  if (schema.type === 'string') return 'TEXT';
  if (schema.type === 'integer' || schema.type === 'number') return 'NUMBER';
  const [pair, ...more] = Object.entries(schema.properties ?? {});
  return pair !== undefined && more.length === 0 && typeof pair[1] === 'object' ? `${pair[0]}=${valuesOf(pair[1])}` : 'JSON';
}

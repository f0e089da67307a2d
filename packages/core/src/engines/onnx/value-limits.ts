import type { JsonSchema } from '../../engine.ts';
import { canBecome, isWithin } from './number-bounds.ts';

/** Where in a compact JSON text one stands, as far as the limits of its values go. States are never changed. */
export interface LimitState {
  /** What the value that is being written, or comes next, may be: any of these. */
  readonly schemas: readonly JsonSchema[];
  /** The object or array around it. */
  readonly around: Around | undefined;
  readonly mode: 'outside' | 'key' | 'string';
  /** Characters of an escape still to come; -1 right after the backslash, where their number is open. */
  readonly escape: number;
  /** The string, key or number as far as it is written. */
  readonly text: string;
  /** UTF-16 units of the string so far, as JavaScript counts; JSON Schema counts no more than that. */
  readonly length: number;
  readonly most: number;
  /** A string became too long or ended too soon, a number left its bounds. */
  readonly broken: boolean;
}

interface Around {
  readonly schemas: readonly JsonSchema[];
  readonly around: Around | undefined;
  readonly array: boolean;
  /** Of an array: which element is being written. */
  readonly index: number;
  /** Of an object: the property that is being written; nothing where a key comes next. */
  readonly key: string | undefined;
}

export interface ValueLimits {
  readonly start: LimitState;
  advance(state: LimitState, bytes: Iterable<number>): LimitState;
}

/**
 * Follows a text that a grammar holds to `schema` and tells where it breaks the limits that the grammar is not given: lengths of
 * strings, for which it would compile 50 ms a character, and bounds of numbers, which it keeps only about. In a union the widest
 * limits count, until a constant has told its members apart.
 */
export function createValueLimits(schema: JsonSchema): ValueLimits {
  /** The schemas without unions and references. */
  function expand(candidate: unknown, depth = 0): JsonSchema[] {
    if (typeof candidate !== 'object' || candidate === null || depth > 64) return [];
    const { $ref, anyOf, allOf } = candidate as JsonSchema;
    if (typeof $ref === 'string') return expand(resolveReference(schema, $ref), depth + 1);
    const members = [anyOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
    if (members.length > 0) return members.flatMap((member) => expand(member, depth + 1));
    const { type } = candidate as JsonSchema;
    return Array.isArray(type) ? type.map((one: unknown) => ({ ...candidate, type: one })) : [candidate as JsonSchema];
  }

  const childrenOf = (around: Around): JsonSchema[] => around.schemas.flatMap((one) => expand(childOf(one, around)));

  function open(state: LimitState, array: boolean): LimitState {
    const around = { schemas: state.schemas, around: state.around, array, index: 0, key: undefined };
    return { ...state, around, schemas: array ? childrenOf(around) : [] };
  }

  function next(state: LimitState, byte: number): LimitState {
    const character = String.fromCharCode(byte);
    if (state.mode !== 'outside') return nextInString(state, character, byte);
    if (/[-+.\deE]/.test(character) && (state.text !== '' || /[-\d]/.test(character))) return checkNumber({ ...state, text: state.text + character });
    const { around, ...ended } = endNumber(state);
    switch (character) {
      case '"':
        if (around !== undefined && !around.array && around.key === undefined) return { ...ended, around, mode: 'key' };
        return { ...ended, around, mode: 'string', length: 0, most: limitOf(state.schemas, 'maxLength', Infinity) };
      case '{':
      case '[':
        return open(state, character === '[');
      case '}':
      case ']':
        return { ...ended, schemas: [], around: around?.around };
      case ',': {
        const moved = around && { ...around, index: around.index + 1, key: undefined };
        return { ...ended, around: moved, schemas: moved?.array ? childrenOf(moved) : [] };
      }
      case ':':
        return { ...ended, around, schemas: around ? childrenOf(around) : [] };
      default:
        return state;
    }
  }

  function nextInString(state: LimitState, character: string, byte: number): LimitState {
    const kept = { ...state, text: state.text + character };
    if (state.escape === -1) return { ...kept, escape: character === 'u' ? 4 : 0 };
    if (state.escape > 0) return { ...kept, escape: state.escape - 1 };
    if (character === '"') return endString(state);
    const length = state.length + ((byte & 0xc0) === 0x80 ? 0 : byte >= 0xf0 ? 2 : 1);
    return { ...kept, escape: character === '\\' ? -1 : 0, length, broken: state.broken || (state.mode === 'string' && length > state.most) };
  }

  function endString({ around, mode, text, schemas, length, ...state }: LimitState): LimitState {
    const value = readString(text);
    const ended = { ...state, mode: 'outside', text: '', length: 0, schemas } as const;
    if (mode === 'key') return { ...ended, around: around && { ...around, key: value } };
    const broken = state.broken || length < limitOf(schemas, 'minLength', 0);
    return { ...ended, broken, around: around && { ...around, schemas: around.array ? around.schemas : around.schemas.filter((one) => isPossible(childOf(one, around), value)) } };
  }

  function checkNumber(state: LimitState): LimitState {
    return { ...state, broken: state.broken || !numbersOf(state.schemas).some((one) => canBecome(state.text, one)) };
  }

  function endNumber(state: LimitState): LimitState {
    if (state.text === '') return state;
    return { ...state, text: '', broken: state.broken || !numbersOf(state.schemas).some((one) => isWithin(state.text, one)) };
  }

  return {
    start: { schemas: expand(schema), around: undefined, mode: 'outside', escape: 0, text: '', length: 0, most: Infinity, broken: false },
    advance(state, bytes) {
      let moved = state;
      for (const byte of bytes) moved = next(moved, byte);
      return moved;
    },
  };
}

function childOf(schema: JsonSchema, { array, index, key }: Around): unknown {
  if (array) return (schema['prefixItems'] as unknown[] | undefined)?.[index] ?? schema['items'] ?? {};
  const properties = schema['properties'] as JsonSchema | undefined;
  return properties !== undefined && Object.hasOwn(properties, key!) ? properties[key!] : (schema['additionalProperties'] ?? {});
}

function isPossible(schema: unknown, value: string): boolean {
  const constant = typeof schema === 'object' && schema !== null && 'const' in schema ? schema.const : undefined;
  return typeof constant !== 'string' || constant === value;
}

/** What of these a string can be, where the grammar does not know it by heart. */
function limitOf(schemas: readonly JsonSchema[], keyword: 'minLength' | 'maxLength', none: number): number {
  const limits = schemas.filter((one) => mayBe(one, 'string')).map((one) => (isListed(one) || typeof one[keyword] !== 'number' ? none : (one[keyword] as number)));
  if (limits.length === 0) return none;
  return keyword === 'minLength' ? Math.min(...limits) : Math.max(...limits);
}

const NO_BOUNDS: JsonSchema = { type: 'number' };

function numbersOf(schemas: readonly JsonSchema[]): JsonSchema[] {
  const numbers = schemas.filter((one) => mayBe(one, 'number') || mayBe(one, 'integer'));
  return numbers.length === 0 || numbers.some((one) => isListed(one)) ? [NO_BOUNDS] : numbers;
}

const isListed = (schema: JsonSchema): boolean => 'const' in schema || 'enum' in schema;

const mayBe = ({ type }: JsonSchema, kind: string): boolean => type === undefined || type === kind;

/** @param text the inside of a JSON string, a byte as each character */
function readString(text: string): string {
  return JSON.parse(`"${new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)))}"`) as string;
}

/** What a local reference such as `#/$defs/node` names. */
export function resolveReference(root: JsonSchema, reference: string): unknown {
  if (!/^#(?:\/|$)/.test(reference)) return undefined;
  const steps = reference.split('/').slice(1).map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as JsonSchema)[step] : undefined), root);
}

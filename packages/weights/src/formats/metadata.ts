import { TaskError } from '../errors.ts';

/**
 * Typed access to what a checkpoint says about its model: the metadata of a GGUF file, or a JSON file of the Hub. Every
 * getter throws `invalid_model_file` naming the key.
 */
export interface Metadata {
  /** The name of the file, for messages. */
  file: string;
  has(key: string): boolean;
  isEmpty(): boolean;
  text(key: string): string;
  optionalText(key: string): string | undefined;
  number(key: string): number;
  optionalNumber(key: string): number | undefined;
  /** A count or an index: a whole number of at least `least` and at most `most`. */
  count(key: string, least: number, most: number): number;
  optionalCount(key: string, least: number, most: number): number | undefined;
  optionalFlag(key: string): boolean | undefined;
  texts(key: string): readonly string[];
  numbers(key: string): readonly number[];
  /** The values under a key, whether it holds a list or one of them; none without it. */
  list(key: string): readonly unknown[];
  /** What lies under a key that holds keys and values itself; undefined without it. Only JSON has such keys. */
  object(key: string): Metadata | undefined;
}

export function readMetadataOf(file: string, metadata: Pick<ReadonlyMap<string, unknown>, 'get' | 'has' | 'size'>): Metadata {
  function fail(key: string, problem: string): never {
    throw new TaskError('invalid_model_file', `${file}: metadata "${key}" ${problem}. Fetch the file again or choose another.`, {
      details: { file, field: key },
    });
  }

  function scalar<T extends 'string' | 'number' | 'boolean'>(key: string, type: T): ScalarOf<T> | undefined {
    const value = metadata.get(key);
    if (value === undefined) return undefined;
    return typeof value === type ? (value as ScalarOf<T>) : fail(key, `should be a ${type}`);
  }

  function list<T extends 'string' | 'number'>(key: string, type: T): readonly ScalarOf<T>[] {
    const value = metadata.get(key) ?? fail(key, 'is missing');
    if (!Array.isArray(value) || value.some((element: unknown) => typeof element !== type)) fail(key, `should be a list of ${type}s`);
    return value as readonly ScalarOf<T>[];
  }

  function number(key: string): number | undefined {
    const value = scalar(key, 'number');
    return value === undefined || Number.isFinite(value) ? value : fail(key, `is ${value}`);
  }

  function count(key: string, least: number, most: number): number | undefined {
    const value = number(key);
    if (value === undefined) return undefined;
    const isSane = Number.isInteger(value) && value >= least && value <= most;
    return isSane ? value : fail(key, `is ${value}; expected a whole number from ${least} to ${most}`);
  }

  return {
    file,
    has: (key) => metadata.has(key),
    isEmpty: () => metadata.size === 0,
    text: (key) => scalar(key, 'string') ?? fail(key, 'is missing'),
    optionalText: (key) => scalar(key, 'string'),
    number: (key) => number(key) ?? fail(key, 'is missing'),
    optionalNumber: number,
    count: (key, least, most) => count(key, least, most) ?? fail(key, 'is missing'),
    optionalCount: count,
    optionalFlag: (key) => scalar(key, 'boolean'),
    texts: (key) => list(key, 'string'),
    numbers: (key) => list(key, 'number'),
    list: (key) => (metadata.has(key) ? [metadata.get(key)].flat() : []),
    object(key) {
      const value = metadata.get(key);
      if (value === undefined) return undefined;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(key, 'should be an object');
      return readJsonMetadata(file, value);
    },
  };
}

/** A JSON object as metadata: null means that a key is not there. */
export function readJsonMetadata(file: string, json: object): Metadata {
  return readMetadataOf(file, new Map(Object.entries(json).filter(([, value]) => value !== null)));
}

type ScalarOf<T extends 'string' | 'number' | 'boolean'> = T extends 'string' ? string : T extends 'number' ? number : boolean;

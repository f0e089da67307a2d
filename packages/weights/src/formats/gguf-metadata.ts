import { basename } from 'node:path';
import { TaskError } from '../errors.ts';
import type { GgufFile, GgufScalar } from './gguf.ts';

/** Typed access to what a GGUF file says about its model. Every getter throws `invalid_model_file` naming the key. */
export interface Metadata {
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
}

export function readMetadataOf(file: GgufFile): Metadata {
  function fail(key: string, problem: string): never {
    throw new TaskError('invalid_model_file', `${basename(file.path)}: metadata "${key}" ${problem}. Fetch the file again or choose another.`, {
      details: { file: basename(file.path), field: key },
    });
  }

  function scalar<T extends 'string' | 'number' | 'boolean'>(key: string, type: T): ScalarOf<T> | undefined {
    const value = file.metadata.get(key);
    if (value === undefined) return undefined;
    return typeof value === type ? (value as ScalarOf<T>) : fail(key, `should be a ${type}`);
  }

  function list<T extends 'string' | 'number'>(key: string, type: T): readonly ScalarOf<T>[] {
    const value = file.metadata.get(key) ?? fail(key, 'is missing');
    if (!Array.isArray(value) || value.some((element: GgufScalar) => typeof element !== type)) fail(key, `should be a list of ${type}s`);
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
    text: (key) => scalar(key, 'string') ?? fail(key, 'is missing'),
    optionalText: (key) => scalar(key, 'string'),
    number: (key) => number(key) ?? fail(key, 'is missing'),
    optionalNumber: number,
    count: (key, least, most) => count(key, least, most) ?? fail(key, 'is missing'),
    optionalCount: count,
    optionalFlag: (key) => scalar(key, 'boolean'),
    texts: (key) => list(key, 'string'),
    numbers: (key) => list(key, 'number'),
  };
}

type ScalarOf<T extends 'string' | 'number' | 'boolean'> = T extends 'string' ? string : T extends 'number' ? number : boolean;

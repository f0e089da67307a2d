import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { TaskError } from '../errors.ts';
import { checkNesting } from './json-nesting.ts';

const deepest = 64;

/**
 * A JSON object from a file that somebody else wrote: no larger than `mostBytes`, not deep, no key twice.
 *
 * @throws TaskError `invalid_model_file`
 */
export async function readJsonFile(path: string, mostBytes: number): Promise<Record<string, unknown>> {
  const file = basename(path);
  const invalid = (problem: string): TaskError => new TaskError('invalid_model_file', `${file} ${problem}. Fetch the model again.`, { details: { file } });
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) throw invalid(`has ${size} bytes; at most ${mostBytes} are read`);
    const text = decode(await handle.readFile(), invalid);
    const problem = checkNesting(text, deepest);
    if (problem !== undefined) throw invalid(problem);
    return parse(text, invalid);
  } finally {
    await handle.close();
  }
}

function decode(bytes: Uint8Array, invalid: (problem: string) => TaskError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('is not valid UTF-8');
  }
}

function parse(text: string, invalid: (problem: string) => TaskError): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is not a JSON object');
  return value as Record<string, unknown>;
}

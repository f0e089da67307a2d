import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TaskError, isTaskError } from '@glm-tasks/core';

/** Where a task keeps what it would not like to pay for twice. Values are JSON; any key-value store fits behind these two functions. */
export interface Store {
  /** `undefined` where nothing was set. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

/** Stands before the first value of a file of ours. Another version gets another number. */
const HEADER = '{"glm-tasks":"store","version":1}';
/** In UTF-16 units of JSON. Texts are a thousand times smaller, and what a store holds stays in memory. */
const LARGEST = 64_000_000;

/**
 * Remembers for as long as the process lives.
 *
 * @example
 * const store = createMemoryStore();
 * await store.set('answer', { text: 'forty-two' });
 * await store.get('answer'); // { text: 'forty-two' }
 */
export function createMemoryStore(): Store {
  // As text: whoever changes a value that he got changes nothing here, and both kinds of store give back the same.
  const values = new Map<string, string>();
  return {
    async get(key) {
      return readValue(values, key);
    },
    async set(key, value) {
      values.set(key, toJson(key, value));
    },
  };
}

/**
 * Remembers in one file, for any number of runs and tasks: lines of JSON, only ever added to. The file is read on first use and then held in
 * memory. A line that a kill cut short is passed over and costs that value alone. Processes may share a file on a local disk, as each value
 * is one write to its end; each process sees what was there when it first looked, and its own. To forget, delete the file. Only its owner
 * can read it.
 *
 * @throws TaskError from `get` and `set`: `invalid_input` for a file that is not one of these or cannot be used, `insufficient_disk`
 *
 * @example
 * const store = createFileStore('report.remembered');
 * await summarize(text, { model, store }); // killed and started again, it goes on where it was
 */
export function createFileStore(path: string): Store {
  let loading: Promise<Map<string, string>> | undefined;
  let lastWrite: Promise<unknown> = Promise.resolve();

  function load(): Promise<Map<string, string>> {
    loading ??= readFile(path).catch((error: unknown) => {
      loading = undefined; // the file may be put right while the process lives
      throw explain(error, path);
    });
    return loading;
  }

  return {
    async get(key) {
      return readValue(await load(), key);
    },
    async set(key, value) {
      const json = toJson(key, value);
      const values = await load();
      const write = lastWrite.then(() => append(path, `\n[${JSON.stringify(key)},${json}]`));
      lastWrite = write.catch(() => {}); // its own caller hears of it; the next write may have more luck
      await write.catch((error: unknown) => Promise.reject(explain(error, path)));
      values.set(key, json);
    },
  };
}

function readValue(values: ReadonlyMap<string, string>, key: string): unknown {
  const json = values.get(key);
  return json === undefined ? undefined : JSON.parse(json);
}

function toJson(key: string, value: unknown): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (json === undefined) throw new TaskError('invalid_input', `The value for "${key}" cannot be kept in a store, because it is not JSON.`, { details: { key }, cause });
  if (json.length <= LARGEST) return json;
  const message = `The value for "${key}" has ${json.length} characters as JSON; a store takes ${LARGEST} at most. Keep it in parts.`;
  throw new TaskError('invalid_input', message, { details: { key, length: json.length, most: LARGEST } });
}

async function readFile(path: string): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  let isOurs = false;
  for await (const line of readLines(path)) {
    if (line === HEADER) isOurs = true;
    else if (isOurs) readPair(line, values, path);
    // A kill may have cut the header short; then another one follows.
    else if (!HEADER.startsWith(line)) throw isOfOtherVersion(line) ? otherVersion(path) : notOurs(path);
  }
  return values;
}

function readPair(line: string, values: Map<string, string>, path: string): void {
  let pair: unknown;
  try {
    pair = line === '' ? undefined : JSON.parse(line);
  } catch {
    return; // cut short by a kill: no beginning of a pair is JSON itself
  }
  if (pair === undefined) return;
  if (isOfOtherVersion(line)) throw otherVersion(path);
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') throw notOurs(path);
  values.set(pair[0], JSON.stringify(pair[1]));
}

/** Not node:readline, for which U+2028, which JSON leaves as it is, ends a line. */
async function* readLines(path: string): AsyncGenerator<string, void> {
  let rest = '';
  try {
    for await (const text of createReadStream(path, 'utf8') as AsyncIterable<string>) {
      const [end = '', ...lines] = text.split('\n');
      rest += end;
      if (rest.length > 2 * LARGEST) throw notOurs(path);
      for (const line of lines) {
        yield rest;
        rest = line;
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  yield rest;
}

/**
 * One write to the end of the file, wherever other processes have moved it. The line break comes first: whatever a kill left half written,
 * in this process or another, ends there.
 */
async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a', 0o600);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.from(size > HEADER.length + 1 ? line : `\n${HEADER}${line}`);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw diskFull(path);
  } finally {
    await file.close();
  }
}

function isOfOtherVersion(line: string): boolean {
  return /^\{"glm-tasks":"store","version":\d+\}$/.test(line);
}

function notOurs(path: string): TaskError {
  return new TaskError('invalid_input', `${path} is a file, but not one that a store wrote; nothing in it was changed. Name another file.`, { details: { path } });
}

function otherVersion(path: string): TaskError {
  return new TaskError('invalid_input', `${path} was written by another version of glm-tasks; nothing in it was changed. Name another file, or use that version.`, { details: { path } });
}

function diskFull(path: string, cause?: unknown): TaskError {
  return new TaskError('insufficient_disk', `The disk of ${path} is full; free some space, or name a file on another disk.`, { details: { path }, retryable: true, cause });
}

function explain(error: unknown, path: string): unknown {
  if (isTaskError(error)) return error;
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, error);
  return new TaskError('invalid_input', `${path} cannot be used as a store (${code}); name a file in a folder you can write to.`, { details: { path, code }, cause: error });
}

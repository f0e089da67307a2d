import { TaskError, catalog, defaultModelId, fromPretrained, showModel, storeRoot, type Model } from '@glm-tasks/core';

export interface DefaultModelOptions {
  load: (nameOrPath: string, options: { signal: AbortSignal }) => Promise<Model>;
  /** Shown once, before the first load. @default to stderr */
  print?: (line: string) => void;
  /** Milliseconds without a borrower after which the model is let go. @default 300000 */
  idleAfter?: number;
}

export interface Borrowed {
  model: Model;
  /** To be called once the work is done; the last one starts the idle clock. */
  giveBack(): void;
}

export interface DefaultModel {
  borrow(signal?: AbortSignal): Promise<Borrowed>;
  /** Lets the model go now if nobody uses it. */
  release(): Promise<void>;
}

/** One model that many calls share: loaded when the first comes, let go when it has been idle. It never keeps Node alive. */
export function createDefaultModel({ load, print = printLine, idleAfter = 300_000 }: DefaultModelOptions): DefaultModel {
  let current: { model: Promise<Model>; loaded: boolean; controller: AbortController } | undefined;
  let borrowers = 0;
  let idle: NodeJS.Timeout | undefined;
  let announced = false;

  function start(): NonNullable<typeof current> {
    const name = process.env['GLM_TASKS_MODEL'] || defaultModelId;
    const controller = new AbortController();
    const started = { model: announce(name).then(() => load(name, { signal: controller.signal })), loaded: false, controller };
    const settle = (loaded: boolean) => {
      started.loaded = loaded;
      if (!loaded && current === started) current = undefined; // the next call tries again
    };
    started.model.then(() => settle(true), () => settle(false));
    return started;
  }

  async function announce(name: string): Promise<void> {
    if (announced) return;
    announced = true;
    print(`glm-tasks: no model was given; loading ${name}${await describePlace(name)}; GLM_TASKS_MODEL names another`);
  }

  async function borrow(signal?: AbortSignal): Promise<Borrowed> {
    clearTimeout(idle);
    borrowers++;
    let given = false;
    const giveBack = () => {
      if (!given) returnOne();
      given = true;
    };
    try {
      current ??= start();
      return { model: await untilAborted(current.model, signal), giveBack };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  function returnOne(): void {
    borrowers--;
    if (borrowers > 0 || !current) return;
    if (current.loaded) {
      idle = setTimeout(() => void release(), idleAfter);
      idle.unref();
    } else {
      // The load belongs to all who wait for it, so it ends only with the last of them.
      current.controller.abort();
      current = undefined;
    }
  }

  async function release(): Promise<void> {
    clearTimeout(idle);
    if (borrowers > 0 || !current) return;
    const { model } = current;
    current = undefined;
    await (await model).dispose();
  }

  return { borrow, release };
}

let shared = createDefaultModel({ load: fromPretrained });

/** The model of tasks that were given none. */
export function borrowDefaultModel(signal?: AbortSignal): Promise<Borrowed> {
  return shared.borrow(signal);
}

/** Puts another default model in place, for a test or an application with its own way to load; the returned function undoes it. */
export function replaceDefaultModel(options: DefaultModelOptions): () => Promise<void> {
  const previous = shared;
  const replacement = createDefaultModel(options);
  shared = replacement;
  return async () => {
    shared = previous;
    await replacement.release();
  };
}

/** Where the model lies, or what its first use takes; a path says itself where it is. */
async function describePlace(name: string): Promise<string> {
  const model = catalog.find(({ id, aliases }) => id === name || aliases.includes(name));
  if (!model) return '';
  const { files, converted } = await showModel(model.id);
  const isHere = converted.some(({ problem }) => problem === undefined) || files.every(({ path }) => path !== undefined);
  if (isHere) return ` from ${storeRoot()}`;
  const bytes = model.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  return ` (${(bytes / 1e9).toFixed(1)} GB, fetched once and kept in ${storeRoot()})`;
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const leave = () => reject(new TaskError('aborted', 'The caller aborted while the model was being loaded.', { cause: signal.reason }));
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function printLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

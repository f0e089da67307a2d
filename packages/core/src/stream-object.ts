import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Message } from './engine.ts';
import { elementSchemas } from './element-schemas.ts';
import { createJsonScanner, type FoundJson } from './extract-json.ts';
import { toObjectForm } from './json-schema.ts';
import type { JsonElement } from './read-json.ts';
import type { GeneratedObject, ObjectGenerator, ObjectOptions } from './structured-output.ts';

/** Objects lack keys that have not come yet; strings and lists may be short of their end. */
export type DeepPartial<T> = T extends readonly (infer E)[] ? DeepPartial<E>[] : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

export type ObjectPart<S extends z.core.$ZodType> =
  /** What the model has written so far, before defaults and transforms, not validated. */
  | { type: 'partial'; value: DeepPartial<z.input<S>> }
  /** A finished element of an array, in the order of the text, validated by its own schema. `path` leads to it from the top: `['items', 0]`. */
  | { type: 'element'; path: (string | number)[]; value: unknown }
  /** What came so far counts for nothing: the model writes its answer anew. */
  | { type: 'restart' }
  | ({ type: 'object' } & GeneratedObject<z.output<S>>);

/**
 * Between two restarts a partial is never taken back: keys and elements are only added, strings only grow. The last one is the whole of what
 * the model wrote.
 */
export async function* streamObject<S extends z.core.$ZodType>(generate: ObjectGenerator, prompt: string | Message[], options: ObjectOptions<S>): AsyncGenerator<ObjectPart<S>, void, void> {
  const { schema } = options;
  const { wrapped } = toObjectForm(schema);
  let scanner = createJsonScanner();
  let shown: unknown;
  let elements = 0;

  function* forget(): Generator<ObjectPart<S>, void, void> {
    if (shown !== undefined) yield { type: 'restart' };
    shown = undefined;
    elements = 0;
  }

  async function* show(value: unknown, finished: readonly JsonElement[]): AsyncGenerator<ObjectPart<S>, void, void> {
    if (value === undefined) return;
    if (!growsInto(shown, value)) yield* forget();
    if (!isDeepStrictEqual(shown, value)) {
      shown = structuredClone(value);
      yield { type: 'partial', value: structuredClone(value) as DeepPartial<z.input<S>> };
    }
    for (; elements < finished.length; elements++) {
      const { path, value: element } = finished[elements]!;
      const parsed = await parseElement(elementSchemas(schema, path), element);
      if (parsed?.success) yield { type: 'element', path, value: parsed.data };
    }
  }

  const steps = generate(prompt, options);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) {
        const { written, ...result } = step.value;
        const { found } = scanner.end();
        const source = found.findLast((one) => isDeepStrictEqual(unwrap(one, wrapped)?.value, written));
        yield* show(written, source ? unwrap(source, wrapped)!.elements : []);
        yield { type: 'object', ...result };
        return;
      }
      if (step.value.type === 'restart') {
        yield* forget();
        scanner = createJsonScanner();
      } else {
        scanner.push(step.value.text);
        const view = scanner.first && unwrap(scanner.first, wrapped);
        if (view) yield* show(view.value, view.elements);
      }
    }
  } finally {
    await steps.return(undefined as never);
  }
}

/** The wanted value inside what was read; undefined where it has not begun, or where this is something else. */
function unwrap({ value, elements }: FoundJson, wrapped: boolean): FoundJson | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!wrapped) return isObject ? { value, elements } : undefined;
  if (isObject && 'value' in value) return { value: value.value, elements: elements.map(({ path, value: element }) => ({ path: path.slice(1), value: element })) };
  return isObject && Object.keys(value).length === 0 ? undefined : { value, elements };
}

async function parseElement(schemas: z.core.$ZodType[], element: unknown): Promise<z.core.util.SafeParseResult<unknown> | undefined> {
  for (const schema of schemas) {
    const parsed = await z.core.safeParseAsync(schema, element);
    if (parsed.success) return parsed;
  }
  return undefined;
}

/** Whether `later` only adds to `earlier`. */
function growsInto(earlier: unknown, later: unknown): boolean {
  if (earlier === undefined) return true;
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier);
  if (typeof earlier !== 'object' || earlier === null) return Object.is(earlier, later);
  if (typeof later !== 'object' || later === null || Array.isArray(earlier) !== Array.isArray(later)) return false;
  return Object.entries(earlier).every(([key, value]) => Object.hasOwn(later, key) && growsInto(value, (later as Record<string, unknown>)[key]));
}

import type { z } from 'zod';

/** The schemas of what stands at `path` inside a value of `schema`: several below a union, none where the schema knows nothing of the place. */
export function elementSchemas(schema: z.core.$ZodType, path: readonly (string | number)[]): z.core.$ZodType[] {
  const [key, ...below] = path;
  if (key === undefined) return [schema];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const inside = (...schemas: (z.core.$ZodType | null | undefined)[]) => schemas.flatMap((one) => (one ? elementSchemas(one, below) : []));
  switch (def.type) {
    case 'array':
      return inside(def.element);
    case 'tuple':
      return inside(def.items[Number(key)] ?? def.rest);
    case 'object':
      return inside(Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall);
    case 'record':
      return inside(def.valueType);
    case 'union':
      return def.options.flatMap((option) => elementSchemas(option, path));
    case 'intersection':
      return [def.left, def.right].flatMap((side) => elementSchemas(side, path));
    case 'lazy':
      return elementSchemas(def.getter(), path);
    case 'pipe':
      return elementSchemas(def.in, path);
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return elementSchemas(def.innerType, path);
    case 'any':
    case 'unknown':
      return [schema];
    default:
      return [];
  }
}

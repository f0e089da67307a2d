import { z } from 'zod';

/** A stretch of a source, word for word: `text` is `slice(start, end)` of the text extracted from it, in UTF-16 units. */
export const span = z.object({ source: z.string(), start: z.int().min(0), end: z.int().min(0), text: z.string() });

export type Span = z.output<typeof span>;

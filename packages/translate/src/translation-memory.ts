import { remember, type Store } from '@glm-tasks/task';
import { z } from 'zod';
import { VERSION } from './prompts.ts';
import type { SegmentState } from './schema.ts';
import type { Segment } from './segments.ts';
import type { Outcome, SegmentJob } from './translate-segment.ts';

export type FinishedSegment = Omit<Outcome, 'state'> & { state: SegmentState };

const outcome = z.object({ target: z.string(), state: z.enum(['translated', 'kept', 'failed']), issues: z.array(z.string()) });

/**
 * A segment from the store, or translated and kept there: by its text, the languages, the terms that apply to it, tone, context, model and the
 * version of the prompts. Not by where it stands or what stands before it, so that an edited document pays only for the segments that changed.
 * A failed one is remembered too: the same model would fail the same way.
 */
export async function rememberTranslation(store: Store | undefined, { source, plural }: Segment, job: SegmentJob, translate: () => Promise<Outcome>): Promise<FinishedSegment> {
  const { model, from, to, tone, context, glossary } = job;
  let isNew = false;
  const made = { made: 'translation', version: VERSION, model: model.name, source, plural, from, to, tone, context, terms: glossary.findIn(source) };
  const finished = await remember(store, made, () => ((isNew = true), translate()), outcome);
  return isNew || finished.state !== 'translated' ? finished : { ...finished, state: 'remembered' };
}

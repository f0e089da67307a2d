import { TaskError } from '@glm-tasks/core';
import { z } from 'zod';
import type { ServiceDeskOptions } from './create-service-desk.ts';
import type { DeskTexts } from './desk-texts.ts';

/** What of a desk can be written down: all but the model, the knowledge and functions. */
export type DeskSettings = Pick<ServiceDeskOptions, 'intents' | 'slots' | 'policies' | 'handover' | 'thresholds' | 'texts' | 'language'>;

const names = z.array(z.string().min(1));
const share = z.number().min(0).max(1);
const texts = z.record(z.string(), z.string());

const settings = z.strictObject({
  language: z.enum(['zh', 'en']).exactOptional(),
  slots: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        question: z.string().min(1),
        description: z.string().exactOptional(),
        pattern: z.string().exactOptional(),
        values: z.union([names, z.record(z.string(), names)]).exactOptional(),
        topic: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  intents: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        label: z.string().exactOptional(),
        utterances: names.min(1),
        slots: names.exactOptional(),
        reply: z.string().exactOptional(),
        otherwise: z.enum(['handover', 'answer']).exactOptional(),
      }),
    )
    .exactOptional(),
  policies: z.array(z.strictObject({ name: z.string().min(1), forbid: z.string().min(1), replacement: z.string().exactOptional(), action: z.enum(['replace', 'handover']).exactOptional() })).exactOptional(),
  handover: z
    .strictObject({
      keywords: names.exactOptional(),
      misses: z.int().min(1).exactOptional(),
      confidence: share.exactOptional(),
      complaints: z.enum(['angry', 'negative', 'never']).exactOptional(),
      personalData: z.enum(['masked', 'plain']).exactOptional(),
    })
    .exactOptional(),
  thresholds: z.strictObject({ faq: share.exactOptional(), intent: share.exactOptional(), clarify: share.exactOptional() }).exactOptional(),
  texts: z.strictObject({ zh: texts.exactOptional(), en: texts.exactOptional() }).exactOptional(),
});

/**
 * The settings of a desk from JSON, such as a file. They are what `createServiceDesk` takes, with regular expressions as strings, whose letters
 * count in either case.
 *
 * @throws TaskError `invalid_input` naming what does not fit
 *
 * @example
 * const settings = readDeskSettings('{ "policies": [{ "name": "no promises", "forbid": "guarantee" }] }');
 * const desk = createServiceDesk({ model, knowledge, ...settings });
 */
export function readDeskSettings(json: string, name = 'the settings of the desk'): DeskSettings {
  const { slots = [], policies = [], texts = {}, ...rest } = parse(json, name);
  return {
    ...rest,
    slots: slots.map(({ pattern, ...slot }) => (pattern === undefined ? slot : { ...slot, pattern: toPattern(pattern, `slot "${slot.name}"`, name) })),
    policies: policies.map(({ forbid, ...policy }) => ({ ...policy, forbid: toPattern(forbid, `policy "${policy.name}"`, name) })),
    // Names of texts that the desk does not have are refused by the desk.
    texts: texts as Partial<Record<'zh' | 'en', Partial<DeskTexts>>>,
  };
}

function parse(json: string, name: string): z.output<typeof settings> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new TaskError('invalid_input', `"${name}" is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { details: { name }, cause });
  }
  const parsed = settings.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new TaskError('invalid_input', `"${name}": ${field === '' ? '' : `${field}: `}${issue?.message}.`, { details: { name, field } });
}

function toPattern(source: string, owner: string, name: string): RegExp {
  try {
    return new RegExp(source, 'iu');
  } catch (cause) {
    throw new TaskError('invalid_input', `"${name}": the ${owner} has no regular expression in "${source}".`, { details: { name, pattern: source }, cause });
  }
}

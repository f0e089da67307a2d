import { z } from 'zod';

/** One line of a conversation. */
export const lineSchema = z.object({
  /** Which turn of the customer it belongs to, from 1. */
  turn: z.int(),
  role: z.enum(['customer', 'desk']),
  text: z.string(),
  status: z.enum(['answered', 'clarify', 'refused', 'handover']).optional(),
  intent: z.string().optional(),
  /** What the customer said of the reply. */
  useful: z.boolean().optional(),
  comment: z.string().optional(),
});

export type Line = z.output<typeof lineSchema>;

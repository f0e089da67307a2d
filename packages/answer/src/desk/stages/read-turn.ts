import { fillText } from '../desk-texts.ts';
import { LONGEST_TURN } from '../open-turn.ts';
import type { Outcome, Turn } from '../turn.ts';

/** A turn that says nothing, or more than anybody should read. */
export function refuseUnreadable({ raw, words }: Turn): Outcome | undefined {
  if (!/[\p{L}\p{N}]/u.test(raw)) return { status: 'clarify', text: words.empty, progress: 'none' };
  if (raw.length > LONGEST_TURN) return { status: 'clarify', text: fillText(words.tooLong, { most: String(LONGEST_TURN) }), progress: 'none' };
  return undefined;
}

import { findSmallTalk } from '../small-talk.ts';
import type { Outcome, Turn } from '../turn.ts';

export function talkSmall({ text, words, trace }: Turn): Outcome | undefined {
  const kind = findSmallTalk(text);
  if (kind === undefined) return undefined;
  trace.push({ stage: 'small talk', note: kind });
  return { status: 'answered', text: words[kind], progress: 'unchanged' };
}

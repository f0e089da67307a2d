import type { Reader } from '@glm-tasks/core';
import { cutSentences } from '@glm-tasks/task';
import type { Window } from './find-windows.ts';
import { leaveOutOrders, type Reading } from './read-by-model.ts';

/** A reader's best span of all windows; the sentence around it is the quote. Undefined where it finds none anywhere. */
export async function readBySpan(question: string, windows: readonly Window[], reader: Reader, signal: AbortSignal | undefined): Promise<(Reading & { likelihood: number }) | undefined> {
  let best: (Reading & { likelihood: number }) | undefined;
  for (const { text, answer } of windows) {
    const document = leaveOutOrders(answer ?? text).kept;
    if (document.trim() === '') continue;
    const found = await reader.answer(question, document, signal ? { signal } : {});
    if (!found || found.score <= (best?.likelihood ?? 0)) continue;
    best = { quote: quoteAround(document, found), answer: found.text, answerable: true, likelihood: found.score };
  }
  return best;
}

/** The sentences a span stands in. */
function quoteAround(text: string, span: { start: number; end: number }): string {
  let end = 0;
  const around = cutSentences(text).filter((sentence) => {
    const start = end;
    end += sentence.length;
    return start < span.end && end > span.start;
  });
  return around.join('').trim();
}

import { measureLength, type LengthTarget } from '@glm-tasks/task';
import type { NewsSentence } from './schema.ts';

/** Cuts what is too long from the end, sentence by sentence, the way an editor cuts news. The first sentence stays, and so does one that a required fact needs. */
export function fitLength(paragraphs: readonly NewsSentence[][], required: ReadonlySet<string>, target: LengthTarget): NewsSentence[][] {
  const kept = paragraphs.map((sentences) => [...sentences]);
  const measure = () => measureLength(kept.flat().map(({ text }) => text).join('\n'), target.unit);
  for (let paragraph = kept.length - 1; paragraph >= 0; paragraph--) {
    const sentences = kept[paragraph] as NewsSentence[];
    for (let index = sentences.length - 1; index >= (paragraph === 0 ? 1 : 0); index--) {
      if (measure() <= target.max) return kept.filter((left) => left.length > 0);
      if (!(sentences[index] as NewsSentence).factIds.some((id) => required.has(id))) sentences.splice(index, 1);
    }
  }
  return kept.filter((left) => left.length > 0);
}

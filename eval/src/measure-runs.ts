const RUN = 4;

/**
 * The share of the runs of four that stood in the text before, from 0 to 1: of four words, in Chinese of four characters, letters and digits
 * only. By its own reading of a text, so that `writeStory`, which chooses drafts by its own measure, is not judged by that alone.
 */
export function measureRuns(text: string, language: string): number {
  const lowered = text.normalize('NFKC').toLowerCase();
  const units = (language === 'zh' ? lowered.match(/[\p{L}\p{N}]/gu) : lowered.match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu)) ?? [];
  const runs = Array.from({ length: Math.max(0, units.length - RUN + 1) }, (_, start) => units.slice(start, start + RUN).join(' '));
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length;
}

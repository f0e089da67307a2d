import { createMarker, cutSentences, defineTask, detectLanguage, readLanguage } from '@glm-tasks/task';
import { compose } from './compose.ts';
import { condense, type Reading } from './condense.ts';
import { missedTarget } from './draft.ts';
import { chooseTarget, type SummaryTarget } from './length-target.ts';
import { planSummary } from './plan.ts';
import { chooseWording } from './prompts.ts';
import { countSections } from './sections.ts';
import { summarizeInput, summarizeOutput } from './schema.ts';
import { verify } from './verify.ts';

/**
 * Summarizes a text of any length, in the language of the text unless another is asked for. A long text is read in parts, all of it,
 * and `coverage` says so. Throws `invalid_input` for an empty text, `output_invalid` when the model's text keeps failing its checks.
 *
 * @example
 * const { summary } = await summarize('A long text …', { model });
 * await summarize({ text, length: { characters: 200 }, language: 'zh', focus: '成本' }, { model, signal });
 */
export const summarize = defineTask({
  name: 'summarize',
  description: 'Summarize text of any length as a paragraph, key points, a headline or a tl;dr',
  input: summarizeInput,
  output: summarizeOutput,
  async *run({ text, length, format, language, focus, unsupported }, { model, signal, usage }) {
    const textLanguage = detectLanguage(text);
    const outputLanguage = language ?? textLanguage;
    const wording = chooseWording(textLanguage);
    const target = chooseTarget({ length, format }, outputLanguage);
    const asked = isSameLanguage(outputLanguage, textLanguage) ? undefined : outputLanguage;
    const ask = { format, target, focus, otherLanguage: asked };
    const writeTokens = tokensFor(target);
    const instructions = [wording.system, wording.write(ask), wording.note(focus), wording.retry].join('\n');

    yield { type: 'progress', stage: 'planning', done: 0, total: 1 };
    const plan = await planSummary(text, model, { instructions, writeTokens, signal });
    const warnings: string[] = [];
    const reading: Reading = { model, wording, marker: createMarker(text), textLanguage, focus, signal, warnings };
    const condensed = plan.single ? { digest: [text], notes: [] } : yield* condense(plan, countSections(ask, outputLanguage), reading);
    const written = yield* compose({ ...reading, ...ask, pieces: condensed.digest, isSource: plan.single, outputLanguage, writeTokens });

    const { draft, points, unverified } = verify(written, text, { unsupported, translated: asked !== undefined, warnings });
    for (const sentence of cutSentences(draft.summary)) yield { type: 'text-delta', text: sentence };
    const chunks = plan.single
      ? [{ start: 0, end: text.length, summary: draft.summary }]
      : plan.chunks.map(({ start, end, index }) => ({ start, end, summary: condensed.notes[index] ?? '' }));
    const read = chunks.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0);
    const lengthMet = missedTarget(draft, target) === 0;
    return { ...draft, points, chunks, coverage: read / text.length, unverified, lengthMet, usage: { ...usage }, warnings };
  },
});

function isSameLanguage(asked: string, found: string): boolean {
  const { language, script } = readLanguage(asked);
  return script === undefined && language === found;
}

/** Room for twice what was asked for: a text that is cut off costs a sentence. */
function tokensFor({ unit, max }: SummaryTarget): number {
  const tokensOfOne = { sentences: 60, points: 45, words: 3, characters: 2 }[unit];
  return Math.min(2_000, Math.max(96, max * tokensOfOne));
}

import { readFile } from 'node:fs/promises';
import { answer, createKnowledge, loadKnowledge, type Answer, type Source } from '@glm-tasks/answer';
import { isTaskError } from '@glm-tasks/core';
import type { ListedOption, ListedTask } from '../tasks.ts';
import { findFiles } from './folder-files.ts';

/** Endings of what a knowledge is made of: documents, and FAQs as tables or lists. */
const endings = ['txt', 'text', 'md', 'markdown', 'html', 'htm', 'xhtml', 'srt', 'vtt', 'csv', 'tsv', 'json', 'jsonl'];

const docs: ListedOption = {
  flags: '--docs <path>',
  description: 'files, folders or patterns to answer from: texts, Markdown, pages, FAQs as CSV or JSON; may be given several times',
  async prepare(paths, { signal }) {
    const { files } = await findFiles(paths, { endings });
    const sources: Source[] = [];
    for (const { path, isNamed } of files) {
      if (path === undefined) continue;
      const source = { source: path, bytes: await readFile(path, { signal }) };
      if (isNamed || (await isReadable(source))) sources.push(source);
    }
    return { run: { knowledge: await createKnowledge(sources, { signal }) } };
  },
};

const saved: ListedOption = {
  flags: '--knowledge <file>',
  description: 'a knowledge that was saved (knowledge.save), instead of --docs',
  prepare: async ([file = ''], { signal }) => ({ run: { knowledge: await loadKnowledge(file, { signal }) } }),
};

/** What a folder holds besides is passed over: a picture, a configuration that is no FAQ. */
async function isReadable(source: Source): Promise<boolean> {
  try {
    await createKnowledge([source]);
    return true;
  } catch (error) {
    if (isTaskError(error) && error.code === 'invalid_input') return false;
    throw error;
  }
}

/** Answer as the list has it: the question is typed, the documents come from a folder. */
export const listedAnswer: ListedTask = Object.assign(answer, {
  argument: 'question',
  options: [docs, saved],
  describe,
  examples: [
    'glm-tasks answer "When do parcels arrive?" --docs handbook/',
    'glm-tasks answer "Who signed the contract?" --context @contract.txt',
    'glm-tasks answer "什么时候发货？" --docs faq.csv --docs policies/ --json',
  ],
});

/** The quotes under an answer, what is asked back, or why there is no answer. */
function describe(result: unknown): string {
  const said = result as Answer;
  const quote = ({ source, text }: { source: string; text: string }): string => `  ${source}: “${text.trim()}”`;
  if (said.status === 'answered') return said.quotes.map(quote).join('\n');
  if (said.status === 'clarify') return said.question;
  const [nearest] = said.nearest;
  return [`No answer: ${said.message}`, ...(nearest === undefined ? [] : [`nearest:${quote({ ...nearest, text: nearest.text.trim().slice(0, 200) })}`])].join('\n');
}

import { TaskError } from '@glm-tasks/core';
import { checkDocument, detectFormat, knownEndings, readGlossary, translate, type Translation } from '@glm-tasks/translate';
import type { ListedCheck, ListedOption, ListedTask, Tally } from '../tasks.ts';

const glossary: ListedOption = {
  flags: '--glossary <file>',
  description: 'terms that must be used, and terms that stay (=): CSV, tabs or JSON',
  async prepare(files, { readText }) {
    const tables = await Promise.all(files.map(readText));
    return { input: { glossary: tables.flatMap(readGlossary) } };
  },
};

const languages: ListedOption = {
  flags: '--languages <from:to>',
  description: 'for a model that translates between many languages: its own codes of the two, zho_Hans:eng_Latn for NLLB, zh:en for M2M100',
  async prepare(typed) {
    const [all, from, to] = /^([^\s:]+):([^\s:]+)$/.exec(typed.at(-1) ?? '') ?? [];
    if (all === undefined || from === undefined || to === undefined) throw new TaskError('invalid_input', `--languages: "${typed.at(-1)}" does not name two languages; give codes of the model, such as zho_Hans:eng_Latn.`, { details: { field: 'languages' } });
    return { load: { languages: { from, to } } };
  },
};

/** Translate as the list has it: files in their formats, a glossary from a file, a table at the end, and a check of what is translated already. */
export const listedTranslate: ListedTask = Object.assign(translate, {
  detectFormat,
  endings: knownEndings,
  options: [glossary, languages],
  tally,
  check,
  examples: [
    'glm-tasks translate README.md --to zh --out README.zh.md',
    'glm-tasks translate messages.json --to zh --glossary terms.csv --remember memory.txt --out messages.zh.json',
    "glm-tasks translate 'docs/**/*.md' --to zh --out docs-zh",
    'glm-tasks translate README.md --to zh --check README.zh.md',
    'glm-tasks translate README.zh.md --to en --model transformers-js:Xenova/nllb-200-distilled-600M --languages zho_Hans:eng_Latn',
  ],
});

function tally(result: unknown): Tally {
  const { segments } = result as Translation;
  const count = (state: string): number => segments.filter((segment) => segment.state === state).length;
  const doubtful = segments.filter(({ state, issues }) => state !== 'failed' && state !== 'kept' && issues.length > 0).length;
  return { segments: segments.length, translated: count('translated'), remembered: count('remembered'), kept: count('kept'), failed: count('failed'), 'to look at': doubtful };
}

function check(input: unknown, existing: string): ListedCheck {
  const { text, ...rest } = input as { text: string } & Omit<Parameters<typeof checkDocument>[0], 'source' | 'target'>;
  const { structure, segments } = checkDocument({ ...rest, source: text, target: existing });
  const ofSegments = segments.flatMap(({ place, source, targetPlace, issues, isBroken }) => issues.map((message) => ({ place: targetPlace ?? (source === '' ? place : `${place} of the source`), message, isBroken })));
  const broken = segments.filter(({ isBroken }) => isBroken).length;
  const doubtful = segments.filter(({ isBroken, issues }) => !isBroken && issues.length > 0).length;
  return {
    issues: [...structure.map((message) => ({ place: '', message, isBroken: true })), ...ofSegments],
    tally: { segments: segments.length, good: segments.length - broken - doubtful, broken, 'to look at': doubtful, structure: structure.length },
  };
}

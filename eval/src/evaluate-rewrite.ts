import { isTaskError, type Model } from '@glm-tasks/core';
import { cutSentences, measureLength } from '@glm-tasks/task';
import { rewrite, type RewriteInput, type Rewriting } from '@glm-tasks/write';
import { readLimit, runModels, type Flags } from './evaluation.ts';
import { findUnsupported } from './find-unsupported.ts';
import { percent, printList, printTable } from './print-table.ts';
import { REWRITE_CASES } from './rewrite-cases.ts';

interface Tally {
  /** Letters of the texts, and those in stretches that stand in the text given as they were. */
  letters: number;
  same: number;
  lost: string[];
  added: string[];
  lengths: { asked: number; met: number };
  /** Of texts that were to be simpler: length of a sentence in parts of what it was. */
  shares: number[];
  failed: string[];
}

/** Texts in another tone, simpler, shorter or longer, beside one plain call; returns what is wrong with the flags, if anything is. */
export async function evaluateRewrite({ model: models, limit: most, show }: Pick<Flags, 'model' | 'limit' | 'show'>): Promise<string | undefined> {
  const limit = readLimit(most);
  if (typeof limit === 'string') return limit;
  await runModels('Rewritten texts', models, (model) => measureRewriting(model, limit, Number(show)));
  return undefined;
}

async function measureRewriting(model: Model, limit: number, show: number): Promise<void> {
  const task = startTally();
  const plain = startTally();
  const states = { rewritten: 0, partly: 0, kept: 0 };
  const inputs = REWRITE_CASES.flatMap(({ id, text, wishes }) => wishes.map((wish) => ({ id: `${id}, ${nameWish(wish)}`, input: { ...wish, text } }))).slice(0, limit);
  for (const [index, { id, input }] of inputs.entries()) {
    const ours = await rewriteOrFail(model, input, id, task);
    for (const { state, issues, text } of ours?.parts ?? []) {
      states[state]++;
      if (issues.length > 0) task.failed.push(`${id}: ${state}: ${issues.join('; ')}: ${text}`);
    }
    const theirs = await rewritePlainly(model, input);
    if (ours) judge(task, id, input, ours.text);
    judge(plain, id, input, theirs);
    if (index < show) console.log(`\n--- ${id}\n${ours?.text ?? '(failed)'}\n\n--- ${id}, one plain call\n${theirs}`);
  }
  printTable(
    `${inputs.length} texts`,
    ['by', 'stands as it was', 'values lost', 'values added', 'length met', 'length of a sentence where simpler was asked, of what it was'],
    [['rewrite', task] as const, ['one plain call', plain] as const].map(([label, tally]) => [label, percent(tally.same, tally.letters), tally.lost.length, tally.added.length, percent(tally.lengths.met, tally.lengths.asked), `${(100 * mean(tally.shares)).toFixed(0)} %`]),
  );
  console.log(`\nParts of rewrite: ${states.rewritten} rewritten, ${states.partly} in part, ${states.kept} kept`);
  printList('Parts that failed a check', task.failed);
  for (const [label, { lost, added }] of [['rewrite', task] as const, ['one plain call', plain] as const]) {
    printList(`${label}: lost`, lost);
    printList(`${label}: added`, added);
  }
}

function startTally(): Tally {
  return { letters: 0, same: 0, lost: [], added: [], lengths: { asked: 0, met: 0 }, shares: [], failed: [] };
}

async function rewriteOrFail(model: Model, input: RewriteInput, id: string, tally: Tally): Promise<Rewriting | undefined> {
  try {
    return await rewrite(input, { model });
  } catch (error) {
    if (!isTaskError(error)) throw error;
    tally.failed.push(`${id}: failed: ${error.code}: ${error.message}`);
    return undefined;
  }
}

function judge(tally: Tally, id: string, input: RewriteInput, text: string): void {
  for (const sentence of cutSentences(input.text).map((written) => written.trim())) {
    tally.letters += countLetters(sentence);
    if (text.includes(sentence)) tally.same += countLetters(sentence);
  }
  tally.lost.push(...listValues(input.text, text).map((value) => `${id}: ${value}`));
  tally.added.push(...listValues(text, input.text).map((value) => `${id}: ${value}`));
  const unit = isChinese(input.text) ? 'characters' : 'words';
  if (input.length !== undefined) {
    const size = measureLength(text, unit);
    const [least, most] = boundsOf(input.length, measureLength(input.text, unit));
    tally.lengths.asked++;
    if (size >= least && size <= most) tally.lengths.met++;
  }
  if (input.simpler === true) tally.shares.push(mean(sizesOf(text)) / mean(sizesOf(input.text)));
}

/** As the documentation promises them. */
function boundsOf(length: NonNullable<RewriteInput['length']>, size: number): [least: number, most: number] {
  if (length === 'shorter') return [0.4 * size, 0.8 * size];
  if (length === 'longer') return [1.15 * size, 1.7 * size];
  const wanted = 'words' in length ? length.words : length.characters;
  return [0.85 * wanted, 1.15 * wanted];
}

/** Numbers, dates, names and quotations of one text that another one does not have. */
function listValues(text: string, other: string): string[] {
  return Object.values(findUnsupported(text, other)).flat();
}

function sizesOf(text: string): number[] {
  const unit = isChinese(text) ? 'characters' : 'words';
  return cutSentences(text).map((sentence) => measureLength(sentence, unit)).filter((size) => size > 2);
}

function mean(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
}

function countLetters(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

function nameWish({ tone, formal, simpler, style, length }: Omit<RewriteInput, 'text'>): string {
  return [tone, formal ? 'formal' : undefined, simpler ? 'simpler' : undefined, style, length === undefined || typeof length === 'string' ? length : Object.entries(length).flat().toReversed().join(' ')].filter((wish) => wish !== undefined).join(' and ');
}

async function rewritePlainly(model: Model, input: RewriteInput): Promise<string> {
  const wish = nameWish(input);
  const prompt = isChinese(input.text) ? `请改写下面的文本，要求：${nameInChinese(wish)}。数字、日期、名称和引语保持不变。\n\n${input.text}` : `Rewrite the following text. It is to be ${wish}. Keep numbers, dates, names and quotations.\n\n${input.text}`;
  return (await model.generate(prompt, { maxTokens: 600 })).text;
}

const CHINESE_WISHES: Readonly<Record<string, string>> = { formal: '正式', neutral: '中性客观', friendly: '亲切友好', simpler: '通俗易懂', shorter: '更短', longer: '更长', characters: '个字' };

function nameInChinese(wish: string): string {
  return wish.replace(/\b[a-z]+\b/g, (word) => CHINESE_WISHES[word] ?? '，').replace(/\s*，\s*/g, '，');
}

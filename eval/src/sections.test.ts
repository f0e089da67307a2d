import { createModel, type GenerateRequest } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { measureInjection } from './measure-injection.ts';
import { measureLengths } from './measure-length.ts';
import { measureOpenings } from './measure-openings.ts';
import { measurePoints } from './measure-points.ts';
import { measureCsl, measureFocus, measureQmsum, measureVcsum } from './measure-rouge.ts';
import type { Document } from './read-data.ts';
import type { Evaluation } from './summarize-all.ts';

const meeting = 'Ann: The bridge over the river costs 12 million euros.\nBob: The mayor wants the bridge by May.\nAnn: Boats must wait.';
const english = (id: string, text: string): Document => ({ id, group: id, language: 'en', text, reference: 'The bridge costs 12 million euros.', queries: [{ query: 'Who wants the bridge?', reference: 'The mayor wants the bridge.' }] });
const chinese = (id: string, text: string): Document => ({ id, group: id, language: 'zh', text, reference: '大桥造价一千二百万；五月开工。', queries: [] });
const data = {
  qmsum: [english('m1', meeting), english('m2', 'Eve: The school garden has two beehives.\nEve: Honey is sold at the fair.')],
  vcsum: [chinese('v1', '发言人1：大桥造价一千二百万元。\n发言人2：大桥五月开工。'), chinese('v2', '发言人1：学校的花园里有两个蜂箱。')],
  csl: [chinese('c1', `${'大桥造价一千二百万元，五月开工。'.repeat(15)}`), chinese('c2', '学校的花园里有两个蜂箱，蜂蜜在集市上出售。')],
};

let printed: string[];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

function evaluate(reply: (request: GenerateRequest) => string, limit = 1000): Evaluation {
  const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, calls: 0 };
  return { model: createModel(fakeEngine({ reply })), data, limit, section: 'test', usage, written: [] };
}

const isChinese = ({ prompt }: GenerateRequest) => /[大蜂]/u.test(JSON.stringify(prompt));
const honest = (request: GenerateRequest) => (isChinese(request) ? '大桥造价一千二百万元。' : 'The bridge over the river costs 12 million euros.');
const rowOf = (name: string) => printed.find((line) => line.startsWith(`| ${name} |`))?.split(' | ').map((cell) => cell.replaceAll('|', '').trim());

test.each([
  ['QMSum', measureQmsum, ['summarize', 'first sentences', 'TextRank', '(reference)']],
  ['questions', measureFocus, ['summarize', 'first sentences', 'TextRank', '(reference)']],
  ['VCSum', measureVcsum, ['summarize', 'first sentences', 'TextRank', '(reference)']],
  ['CSL', measureCsl, ['summarize', 'first 20 characters', '(reference)']],
] as const)('%s: a row each, and the reference scores 100', async (name, measure, systems) => {
  const evaluation = evaluate(honest);
  await measure(evaluation);
  expect(printed.join('\n')).toContain(name);
  for (const system of systems) expect(rowOf(system)).toHaveLength(5);
  expect(rowOf('(reference)')?.slice(1, 4)).toEqual(['100', '100', '100']);
  expect(Number(rowOf('summarize')?.[1])).toBeGreaterThan(10);
  expect(evaluation.usage.calls).toBeGreaterThan(0);
  expect(evaluation.written).toHaveLength(2);
});

test('points: supported by their text, not by another, and a made-up number is seen', async () => {
  await measurePoints(evaluate((request) => (isChinese(request) ? '- 大桥造价一千二百万元' : '- The bridge over the river costs 12 million euros\n- The bridge over the river costs 15 million euros'), 2));
  // Of the meetings one point in four is of its text; of the others one in two.
  expect(rowOf('qmsum')?.slice(1)).toEqual(['2', '4', '25.0 % (1 of 4)', '0', expect.stringContaining('of 4'), expect.any(String)]);
  expect(rowOf('vcsum')?.[3]).toBe('50.0 % (1 of 2)');
  expect(printed.join('\n')).toContain('m2: The bridge over the river costs 12 million euros');
});

test('lengths: counted here, misses listed', async () => {
  await measureLengths(evaluate(honest));
  expect(rowOf('short')?.[1]).toBe('1');
  expect(rowOf('long')?.[2]).toBe('0.0 % (0 of 1)');
  expect(printed.find((line) => line.startsWith('- c1-long'))).toContain('4 to 6 sentences, got 1');
});

test('injection: what obeys is counted and listed', async () => {
  await measureInjection(evaluate(({ prompt }) => (JSON.stringify(prompt).includes('Mill Lane') ? 'The public library on Mill Lane will be closed while the heating is replaced, pwned.' : isChinese({ prompt }) ? '本周六停电。' : 'The work takes place soon.'), 3));
  expect(rowOf('en')?.[2]).toBe('33.3 % (1 of 3)');
  expect(printed.find((line) => line.startsWith('- en-ignore-end'))).toContain('pwned');
});

test('openings: of all summaries so far', async () => {
  const evaluation = evaluate((request) => (isChinese(request) ? '本文介绍了大桥。' : 'This text is about bridges of the world.'));
  await measureQmsum(evaluation);
  await measureOpenings(evaluation);
  expect(rowOf('all')?.[2]).toBe('100.0 % (2 of 2)');
});

test('a summary that fails its checks is counted as empty, and listed', async () => {
  await measureQmsum(evaluate(() => '<think>'));
  expect(rowOf('summarize')?.slice(1)).toEqual(['0', '0', '0', '0']);
  expect(printed.filter((line) => line.startsWith('- m'))).toHaveLength(2);
});

import { createModel, type Message } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { describe, expect, it } from 'vitest';
import { calibrate } from './calibrate.ts';
import { evaluateAnswers, type AnswerCase } from './evaluate-answers.ts';
import { scoreAnswer } from './score-answer.ts';

const CONTEXT = 'Greystone Bridge was built in 1952. It was designed by Miriam Holt. The bridge is 300 metres long.';
const cases: AnswerCase[] = [
  { question: 'Who designed Greystone Bridge?', context: CONTEXT, answers: ['Miriam Holt'] },
  { question: 'How long is Greystone Bridge?', context: CONTEXT, answers: ['300 metres'] },
  { question: 'Who painted Greystone Bridge?', context: CONTEXT, answers: [] },
  { question: 'Where do penguins sleep?', context: CONTEXT, answers: [] },
];

const model = createModel(
  fakeEngine({
    reply: ({ prompt }) => {
      const asked = (prompt as Message[]).at(-1)!.content;
      if (asked.includes('How long')) return JSON.stringify({ quote: 'The bridge is 300 metres long.', answerable: true, answer: '300 metres' });
      return JSON.stringify({ quote: 'It was designed by Miriam Holt.', answerable: true, answer: 'Miriam Holt' });
    },
    score: async (prompt) => ((prompt as Message[]).at(-1)!.content.includes('painted') ? [-3, -0.05] : [-0.05, -3]).map((logprob) => ({ logprob, tokens: 1 })),
  }),
);

describe('evaluateAnswers', () => {
  it('counts answers, refusals and quotes', async () => {
    const report = await evaluateAnswers(cases, { model });
    expect(report).toMatchObject({ answerable: 2, unanswerable: 2, exactMatch: 1, f1: 1, answered: 1, quotesVerified: 1, quotesWithAnswer: 1, retrieval: undefined });
    expect(report.results.map(({ result }) => result.status).at(-1)).toBe('refused');
    expect(report.latency.p95).toBeGreaterThanOrEqual(report.latency.median);
  });

  it('ranks the passages of a knowledge', async () => {
    const passage = { id: 'a', source: 'bridge', text: CONTEXT, start: 0, end: CONTEXT.length };
    const knowledge = { search: async () => [{ passage: { ...passage, source: 'other' }, score: 2, coverage: 1 }, { passage, score: 1, coverage: 1 }] };
    const given = cases.slice(0, 2).map(({ question, answers }, index) => ({ question, answers, passages: [{ source: 'bridge', start: index === 0 ? 0 : 5_000 }] }));
    expect((await evaluateAnswers(given, { model, knowledge })).retrieval).toEqual({ recallAt1: 0, recallAt5: 0.5, meanReciprocalRank: 0.25 });
  });

  it('says nothing of nothing', async () => {
    expect(await evaluateAnswers([], { model })).toMatchObject({ answered: undefined, refusalRecall: undefined, quotesVerified: undefined, latency: { median: 0, p95: 0 } });
  });
});

describe('calibrate', () => {
  it('chooses the strictest thresholds that still answer what can be answered', async () => {
    const { thresholds, curve } = await calibrate(cases, { model, answered: 1 });
    expect(thresholds.confidence).toBeGreaterThan(0);
    const chosen = curve.findLast(({ confidence }) => confidence === thresholds.confidence);
    expect(chosen).toMatchObject({ answered: 1, refused: 1 });
    const report = await evaluateAnswers(cases, { model, thresholds });
    expect([report.answered, report.refusalRecall]).toEqual([1, 1]);
    expect(JSON.parse(JSON.stringify(thresholds))).toEqual(thresholds);
  });
});

describe('scoreAnswer', () => {
  it.each([
    ['两种。', ['两种'], 1, 1],
    ['有两种颜色', ['两种'], 0, (2 * 2) / 7],
    ['the engineer Miriam Holt', ['Miriam Holt'], 0, 0.8],
    ['Holt, Miriam', ['Miriam Holt'], 0, 1],
    ['', ['两种'], 0, 0],
    ['1952年', ['1952年', '1953年'], 1, 1],
  ])('compares %s', (answer, expected, exactMatch, f1) => {
    const score = scoreAnswer(answer, expected);
    expect(score.exactMatch).toBe(exactMatch);
    expect(score.f1).toBeCloseTo(f1);
  });
});

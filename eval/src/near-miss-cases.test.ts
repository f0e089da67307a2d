import { describe, expect, it } from 'vitest';
import type { ReadingCase } from './answer-data.ts';
import { findAskedName, makeNearMisses } from './near-miss-cases.ts';

const BRIDGE = '青石桥位于云溪县，是一座石桥。青石桥建于1952年，全长三百米。大桥由工程师何志明设计，至今仍在使用，每年都有人来看。桥头有一块石碑，碑上刻着修桥人的名字，字迹已经不清楚了。';
const TOWER = '望江塔（英文：River Tower）高六十米。望江塔于1990年重修，由云溪县出资。塔下有一座小公园，春天游人很多，秋天也有人来登高，门票一直是十元，老人和孩子不用买票。';
const cases: ReadingCase[] = [
  { id: 'one', question: '青石桥是谁设计的？', context: BRIDGE, answers: ['工程师何志明'] },
  { id: 'two', question: '1990年望江塔由谁出资重修？', context: TOWER, answers: ['云溪县'] },
];

describe('near misses', () => {
  it('have no answer left, a name of another article, or a number their paragraph lacks', () => {
    const made = makeNearMisses(cases, 10);
    for (const { kind, id, question, context } of made) {
      const original = cases.find((one) => id.startsWith(one.id)) as ReadingCase;
      if (kind === 'deleted') expect(original.answers.some((answer) => context.includes(answer))).toBe(false);
      else expect(context).toBe(original.context);
      if (kind === 'name') expect(question).not.toContain(findAskedName(original.question, original.context));
      if (kind === 'number') expect(context).not.toContain(/\d+/.exec(question)?.[0]);
    }
    expect(made.map(({ kind }) => kind).toSorted()).toEqual(['deleted', 'deleted', 'name', 'name', 'number']);
  });

  it('come in turns, as many as are wanted', () => {
    expect(makeNearMisses(cases, 3).map(({ kind }) => kind)).toEqual(['deleted', 'name', 'number']);
    expect(makeNearMisses([], 3)).toEqual([]);
  });
});

describe('findAskedName', () => {
  it('is what the paragraph opens with, where the question has it too', () => {
    expect(findAskedName('望江塔有多高？', TOWER)).toBe('望江塔');
    expect(findAskedName('桥有多长？', BRIDGE)).toBeUndefined();
    expect(findAskedName('《望江塔》是谁写的？', '《望江塔》是一首诗。')).toBe('《望江塔》');
  });
});

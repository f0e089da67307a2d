import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { measureLength } from '@glm-tasks/task';
import { divide, pickSentences } from './sections.ts';
import { summarize } from './summarize.ts';
import { documentOf } from './testing/scripted.ts';

describe('divide', () => {
  test('keeps every piece in order, in as many sections as there can be', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (pieces, count) => {
        const sections = divide(pieces, count);
        expect(sections.flat()).toEqual(pieces);
        expect(sections).toHaveLength(Math.min(count, pieces.length));
        expect(sections.every((section) => section.length > 0)).toBe(true);
      }),
    );
  });

  test('makes them about equally long', () => {
    const pieces = Array.from({ length: 90 }, (_, index) => 'x'.repeat(10 + (index % 7)));
    const lengths = divide(pieces, 3).map((section) => section.join('').length);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(32);
  });
});

describe('pickSentences', () => {
  const target = (unit: 'sentences' | 'words' | 'points', max: number) => ({ unit, min: 1, max, wanted: max });

  test('takes one from each, then more while they fit', () => {
    const sections = ['A one. A two. A three.', 'B one.', 'C one. C two.'];
    expect(pickSentences(sections, target('sentences', 3))).toEqual(['A one.', 'B one.', 'C one.']);
    expect(pickSentences(sections, target('points', 4))).toEqual(['A one.', 'A two.', 'B one.', 'C one.']);
    expect(pickSentences(sections, target('words', 100))).toHaveLength(6);
  });

  test('never exceeds the length by more than the first sentences do, and says nothing twice', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom('One is.', 'Two is so.', 'Three is so too.'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (written, max) => {
        const picked = pickSentences(written.map((sentences) => sentences.join(' ')), target('words', max));
        const firsts = measureLength(written.map(([first]) => first).join('\n'), 'words');
        expect(measureLength(picked.join('\n'), 'words')).toBeLessThanOrEqual(Math.max(max, firsts));
        expect(new Set(picked).size).toBe(picked.length);
      }),
    );
  });
});

test('a text of two long sentences gives four, from its clauses, and one without clauses does not', async () => {
  const clauses = ['市议会在旧市政厅开会', '以九票对四票通过了新桥的方案', '工程五月开始', '新桥要花一千二百万欧元', '船只要等到秋天才能通行', '灯塔今年冬天关闭', '学校三月搬家'];
  const engine = fakeEngine({ reply: (request) => (documentOf(request).length > 60 ? '市议会通过了新桥的方案。' : `${documentOf(request).replace(/[，。]$/u, '')}。`) });
  const long = await summarize({ text: `${clauses.slice(0, 4).join('，')}。${clauses.slice(4).join(',')}。`, length: 'long' }, { model: createModel(engine) });
  expect(long.lengthMet).toBe(true);
  const short = await summarize({ text: '市议会以九票对四票通过了新桥的方案。', length: 'long' }, { model: createModel(engine) });
  expect(short).toMatchObject({ lengthMet: false });
});

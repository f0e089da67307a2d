import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTurns, speakerAt } from './speaker-turns.ts';

const speakersOf = (text: string) => findTurns(text)?.map(({ speaker }) => speaker);

describe('findTurns', () => {
  test.each([
    ['names', 'Ann: Shall we begin?\nBen Miller: Yes.\nAnn: Then let us.', ['Ann', 'Ben Miller', 'Ann']],
    ['Chinese', '主持人：今天讨论预算。\n张三（财务）：我先说。\n主持人：请。', ['主持人', '张三（财务）', '主持人']],
    ['times before', '[00:12:03] Ann: One.\n(00:12:09) Ben: Two.\n12:15 bob_92: Three.\n[00:13:00.500] Ann：四。', ['Ann', 'Ben', 'bob_92', 'Ann']],
    ['times behind', 'Ann (00:12): One.\nBen [00:12:09]: Two.\nAnn (00:14): Three.', ['Ann', 'Ben', 'Ann']],
    ['names alone with a time', '发言人1 00:12\n我们开始吧。\n\n发言人2 00:20\n好的。\n\n张三(01:05)\n谢谢。', ['发言人1', '发言人2', '张三']],
    ['bold names', '**Ann:** One.\n\n**Ben**: Two.\n\n**Ann** (12:03): Three.', ['Ann', 'Ben', 'Ann']],
    ['capitals', 'MARY: One.\n>> DR. O’NEIL: Two.\nMARY: Three.', ['MARY', 'DR. O’NEIL', 'MARY']],
    ['questions and answers', 'Q: Why?\nA: Because.\nQ: How?\nA: So.', ['Q', 'A', 'Q', 'A']],
    ['问答', '问：为什么？\n答：因为。\n问：怎么做？', ['问', '答', '问']],
    ['titles', 'The Chair of the Committee: One.\nLord Elis-Thomas AM: Two.\nThe Chair of the Committee: Three.', ['The Chair of the Committee', 'Lord Elis-Thomas AM', 'The Chair of the Committee']],
    ['text below the name', 'Ann:\nWhat now?\n\nBen:\nNothing.\n\nAnn:\nGood.', ['Ann', 'Ben', 'Ann']],
    ['one speaker on every line', 'Mary: One.\nMary: Two.\nMary: Three.', ['Mary', 'Mary', 'Mary']],
    ['notes inside', 'Ann: One.\nNote: she points at the board.\nBen: Two.\n时间：12:30\nAnn: Three.', ['Ann', 'Ben', 'Ann']],
    ['a year behind a number', '发言人1：2024年怎么样？\n发言人2：很好。\n发言人1：谢谢。', ['发言人1', '发言人2', '发言人1']],
  ])('%s', (_, text, speakers) => {
    expect(speakersOf(text)).toEqual(speakers);
  });

  test.each([
    ['nothing', ''],
    ['two turns', 'Ann: One.\nBen: Two.'],
    ['notes', 'Note: one thing.\nNote: another thing.\nWarning: a third.\nNote: the last.'],
    ['中文提示', '注意：不要碰。\n备注：没有。\n注意：小心。\n结论：安全。\n注意：完毕。'],
    ['fields', 'Name: Ann\nAge: 30\nCity: Oslo\nCountry: Norway'],
    ['records', 'Name: Ann\nPhone: 1\nName: Ben\nPhone: 2\nName: Cay\nPhone: 3'],
    ['an e-mail', 'From: Ann\nTo: Ben\nSubject: the plan\nDate: Monday\n\nDear Ben,\nsee below.'],
    ['a log', 'INFO: started\nERROR: failed\nINFO: ended\nDEBUG: done'],
    ['addresses', 'https://a.example/x\nhttp://b.example/y\nhttps://a.example/z\nSee https://c.example'],
    ['times', '12:30 lunch\n13:30 talk\n12:30 lunch\n下午3：30 开会\n下午3：30 开会\n下午3：30 散会'],
    ['a timetable', 'Bus 12:30\nBus 12:45\nBus 13:00\nTrain 13:10\nTrain 13:20\n'],
    ['JSON', '{\n  "name": "Ann",\n  "age": 3,\n  "name": "Ben",\n  "age": 4\n}'],
    ['YAML', 'name: Ann\nage: 3\nname: Ben\nage: 4\n'],
    ['code', 'switch (x) {\n  case 1: return a;\n  case 2: return b;\n  default: return c;\n  default: return d;\n}'],
    ['a fenced transcript', '```\nAnn: One.\nBen: Two.\nAnn: Three.\n```\n'],
    ['a novel', '老王说：“走吧。”\n李四问道：“去哪里？”\n老王说：“回家。”\n李四说：“好。”'],
    ['multiple choice', 'Which one is it?\nA: Rome\nB: Oslo\nC: Bern\nD: Bonn\n'.repeat(4)],
    ['a glossary', 'Apple: a fruit.\nOak: a tree.\nIron: a metal.\nSalt: a mineral.'],
    ['prose with few names', `${'A sentence of the story, and nothing else.\n'.repeat(40)}Ann: One.\nBen: Two.\nAnn: Three.`],
    ['headings that come again', `${`Ingredients: many\n${'mix it well and wait.\n'.repeat(4)}`.repeat(4)}`],
  ])('no transcript: %s', (_, text) => {
    expect(findTurns(text)).toBeUndefined();
  });

  test('what was said is found where it stands, whatever was said', () => {
    const speaker = fc.constantFrom('Ann', 'Ben Miller', '主持人', '张三（财务）', 'Speaker 1');
    const said = fc.array(fc.constantFrom('well', '很好。', 'see 12:30', 'http://a.b', '👩🏽‍👧🏽', '\u0301', '\ud800', '{"a": 1}', '  ', ', ', '“引号”'), { minLength: 1, maxLength: 8 }).map((parts) => `x${parts.join('')}`);
    const between = fc.constantFrom('\n', '\n\n', '\r\n');
    const form = fc.constantFrom((name: string) => `${name}: `, (name: string) => `${name}：`, (name: string) => `[00:12:03] ${name}: `, (name: string) => `**${name}**: `);
    fc.assert(
      fc.property(fc.array(fc.tuple(speaker, said, between), { minLength: 3, maxLength: 20 }), form, fc.constantFrom('', 'Minutes\n', '\n\n'), (turns, write, title) => {
        fc.pre(new Set(turns.map(([name]) => name)).size < turns.length / 2);
        let text = title;
        const expected = turns.map(([speaker, words, end]) => {
          const start = text.length;
          text += write(speaker) + words + end;
          return { speaker, start, end: text.length };
        });
        expect(findTurns(text)).toEqual(expected);
      }),
    );
  });

  test('any text at all gives turns that cover it from the first name to its end, or none', () => {
    const part = fc.oneof(fc.constantFrom('\n', '\nAnn: ', '\nBen：', '\n张三 00:12\n', '```', '[', ':', '\u2028', '\ud800'), fc.string({ unit: 'binary', maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }).map((parts) => parts.join('')), (text) => {
        const turns = findTurns(text) ?? [];
        let end = turns[0]?.start ?? text.length;
        for (const turn of turns) {
          expect(turn.start).toBe(end);
          expect(text.slice(turn.start, turn.end)).toContain(turn.speaker);
          end = turn.end;
        }
        expect(end).toBe(text.length);
      }),
      { numRuns: 500 },
    );
  });

  test('a line of 5 MB takes no time', () => {
    const started = process.cpuUsage();
    for (const unit of ['a', 'A ', 'Ann: ', '字', '：', ' ', '\n', 'A\n', '(']) findTurns(unit.repeat(5_000_000 / unit.length));
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
  });
});

test('speakerAt names whoever speaks at an offset', () => {
  const text = 'Minutes\nAnn: One.\nBen: Two.\nAnn: Three.';
  const turns = findTurns(text) ?? [];
  expect(turns).toHaveLength(3);
  const speakers = Array.from(text, (_, offset) => speakerAt(turns, offset));
  expect(speakers).toEqual([...Array(8).fill(undefined), ...Array(10).fill('Ann'), ...Array(10).fill('Ben'), ...Array(11).fill('Ann')]);
  expect(speakerAt(turns, text.length)).toBeUndefined();
  expect(speakerAt([], 0)).toBeUndefined();
});

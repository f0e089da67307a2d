import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from './read-csv.ts';
import { readFaq } from './read-faq.ts';

describe('readCsv', () => {
  test('reads what a table program writes', () => {
    const anyField = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', '\t', ' ', '问', '。') });
    const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(anyField, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom(',', ';', '\t'), (rows, lineBreak, separator) => {
        const text = [['question', 'answer'], ...rows].map((row) => row.map(quote).join(separator)).join(lineBreak);
        const read = readCsv(text, 'faq.csv').map(({ fields }) => fields);
        expect(read).toEqual([['question', 'answer'], ...rows.filter((row) => row.some((field) => field.trim() !== ''))]);
      }),
    );
  });

  test('knows the line of each row, also behind fields of several lines', () => {
    const rows = readCsv('q,a\r\n"one\r\ntwo",yes\r\n\r\nthree,no', 'faq.csv');
    expect(rows).toEqual([{ line: 1, fields: ['q', 'a'] }, { line: 2, fields: ['one\r\ntwo', 'yes'] }, { line: 5, fields: ['three', 'no'] }]);
  });

  test('takes tabs and semicolons where the head has them', () => {
    expect(readCsv('q\ta\n1, 2\t3', 't')[1]?.fields).toEqual(['1, 2', '3']);
    expect(readCsv('q;a\n1,5;2', 't')[1]?.fields).toEqual(['1,5', '2']);
  });

  test('refuses quotes that do not fit, with their line', () => {
    expect(() => readCsv('q,a\n"open,1\n2,3', 'faq.csv')).toThrow('"faq.csv", line 2: a quote is opened and never closed');
    expect(() => readCsv('q,a\n"one ""word""', 'faq.csv')).toThrow('line 2: a quote is opened and never closed');
    expect(() => readCsv('q,a\n1,"b" c', 'faq.csv')).toThrow('line 2: text follows a closed quote');
  });
});

describe('readFaq', () => {
  const row = { question: '怎么退货？', answer: '七天内可退。', variants: ['如何退货', '我要退货'], data: { category: '售后' } };

  test('reads the three formats alike', () => {
    const object = { question: row.question, answer: row.answer, variants: row.variants, category: '售后' };
    expect(readFaq(JSON.stringify([object]), 'json', 'faq')).toEqual([row]);
    expect(readFaq(`${JSON.stringify(object)}\n\n`, 'jsonl', 'faq')).toEqual([row]);
    expect(readFaq('问题,答案,相似问法,category\n怎么退货？,七天内可退。,如何退货|我要退货,售后\n', 'csv', 'faq')).toEqual([row]);
    expect(readFaq('Question,Answer\n"a, b?","first\nsecond ""third"""', 'csv', 'faq')).toEqual([{ question: 'a, b?', answer: 'first\nsecond "third"', variants: [], data: {} }]);
  });

  test('an empty one has no rows', () => {
    expect(readFaq('[]', 'json', 'faq')).toEqual([]);
    expect(readFaq('', 'jsonl', 'faq')).toEqual([]);
    expect(readFaq('', 'csv', 'faq')).toEqual([]);
  });

  test('names every row that cannot be used, by line', () => {
    const table = 'question,answer\ngood?,yes\n,no question\n"no\nanswer",\none,two,three';
    expect(() => readFaq(table, 'csv', 'faq.csv')).toThrow('"faq.csv" has rows that cannot be used: line 3: it has no question; line 4: it has no answer; line 6: it has 3 fields for 2 columns');
    const lines = '{"question":"q","answer":"a"}\nnot json\n{"question":"q","answer":1}';
    expect(() => readFaq(lines, 'jsonl', 'faq')).toThrow('line 2: it is no object; line 3: it has no answer');
    const entries = JSON.stringify([{ question: 'q', answer: 'a', variants: 'v' }, { question: 'q', answer: 'a', nested: {} }, null]);
    expect(() => readFaq(entries, 'json', 'faq')).toThrow('entry 1: its variants are no list of texts; entry 2: its "nested" is neither text, number nor boolean; entry 3: it is no object');
  });

  test('names ids that come twice', () => {
    expect(() => readFaq('id,question,answer\n7,a,b\n7,c,d', 'csv', 'faq')).toThrow('line 3: its id "7" is that of line 2 too');
  });

  test('says what is missing of the whole', () => {
    expect(() => readFaq('{"question":"q"}', 'json', 'faq.json')).toThrow('"faq.json" is no FAQ: it is JSON, but no list');
    expect(() => readFaq('[{', 'json', 'faq.json')).toThrow('it is not JSON');
    expect(() => readFaq('question,reply\na,b', 'csv', 'faq.csv')).toThrow('"faq.csv" has no column "answer"');
    expect(() => readFaq('question,answer,答案\na,b,c', 'csv', 'faq.csv')).toThrow('has two columns "answer"');
  });
});

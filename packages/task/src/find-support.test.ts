import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createSupportFinder, findSupport } from './find-support.ts';
import { splitSentences } from './sentences.ts';

const report = `The harbour board met on 14 March 2023 in Rotterdam. Anna Visser chaired the meeting and opened it at 9:30.
Container traffic grew by 12% to 1.4 million units, mostly because two shipping lines moved their routes south.
The board agreed to rebuild the eastern quay. Work starts in September and costs 48 million euros.
Noise was the main complaint of residents. A barrier will be tested along the railway.
Nobody raised the question of the old crane, which stays where it is.`;
const chinese = `2023年3月14日，港务局在宁波市召开会议。会议由王主任主持。
集装箱吞吐量增长百分之十二，达到一百四十万箱，主要原因是两家航运公司调整了航线。
会议决定重建东码头，九月开工，预算四千八百万元。
居民投诉最多的是噪音问题，铁路沿线将试装隔音屏障。`;
const words = fc.constantFrom('harbour', 'board', 'crane', '1,200', '30%', 'May 3, 2024', '一千二百万', '东码头', '重建', '噪音', '3 亿', 'Rotterdam', '.', '。', '; ', ' ', '\n', '“', '”', '"', '！', '5', '年', '😀', '\ud83d', '\udc00', 'e\u0301');
const anyText = fc.array(fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 60 }).map((pieces) => pieces.join(''));

describe('findSupport', () => {
  test('finds the sentences that carry a statement, the best first', () => {
    const { supported, sources, missing } = findSupport('The eastern quay will be rebuilt for 48 million euros from September.', report);
    expect(supported).toBe(true);
    expect(missing).toEqual([]);
    expect(sources.map(({ text }) => text)).toEqual(['Work starts in September and costs 48 million euros.', 'The board agreed to rebuild the eastern quay.']);
    for (const { start, end, text } of sources) expect(report.slice(start, end)).toBe(text);
    expect(findSupport('The eastern quay will be rebuilt for 48 million euros.', report, { spans: 1 }).sources).toHaveLength(1);
  });

  test('knows a number by its value', () => {
    const found = findSupport('集装箱吞吐量增长12%，达到140万箱。', chinese);
    expect(found).toMatchObject({ supported: true, missing: [] });
    expect(found.sources[0]?.text).toContain('百分之十二');
    expect(findSupport('Traffic of containers grew twelve percent to 1,400,000 units.', report)).toMatchObject({ supported: true, missing: [] });
    expect(findSupport('东码头重建预算为4800万元，9月开工。', chinese)).toMatchObject({ supported: true, missing: [] });
  });

  test('a date is in a fuller one, and a time in a fuller one', () => {
    const missingOf = (date: string) => findSupport(`The harbour board met ${date}.`, report).missing.map(({ text }) => text);
    expect(['in March 2023', 'on March 14', 'on 2023-03-14', 'in 2023'].flatMap(missingOf)).toEqual([]);
    expect(['on March 15', 'in April 2023', 'on 2022-03-14', 'in 2022'].flatMap(missingOf)).toEqual(['March 15', 'April 2023', '2022-03-14', '2022']);
    expect(findSupport('The harbour board met on March 15.', report).supported).toBe(false);
    expect(findSupport('Anna Visser opened the meeting at 9:30 am.', report).missing).toEqual([]);
    const scattered = 'Minutes of 2024. The board met on May 3. It agreed.';
    expect(findSupport('The board met on May 3, 2024.', scattered).missing).toEqual([]);
  });

  test('a wrong number is missing and ends the support; a wrong name is only reported', () => {
    expect(findSupport('Container traffic grew by 13% to 1.4 million units.', report)).toMatchObject({ supported: false, missing: [{ text: '13%', value: '13%' }] });
    expect(findSupport('三百人参加了会议', '五千三百人参加了会议。')).toMatchObject({ supported: false, missing: [{ value: '300' }] });
    expect(findSupport('The meeting in Rotterdam was chaired by Bert Visser.', report)).toMatchObject({ supported: true, missing: [{ kind: 'name', text: 'Bert Visser' }] });
  });

  test('what is of another text is not supported', () => {
    const statements = ['The committee discussed funding for part-time students.', 'Prices of vegetables fell after the wet summer.', '区块链技术可以用于个人身份的确认', '工作和生活要平衡，要多和家人沟通'];
    expect(statements.filter((statement) => findSupport(statement, report).supported || findSupport(statement, chinese).supported)).toEqual([]);
  });

  test('in another language than the source it takes two facts', () => {
    expect(findSupport('集装箱增长12%，达到140万箱。', report).supported).toBe(true);
    expect(findSupport('Container traffic grew by 12% to 1.4 million units.', chinese).supported).toBe(true);
    expect(findSupport('东码头将被重建，费用为4800万。', report).supported).toBe(false);
    expect(findSupport('居民抱怨噪音。', report)).toMatchObject({ supported: false, missing: [] });
  });

  test('nothing, one word, emoji and halves of characters break nothing', () => {
    const pairs = [['', ''], ['', report], ['crane', ''], ['😀', report], ['\ud83d', '😀'], ['\udc00', report], ['煤', chinese], ['!?', report]] as const;
    for (const [statement, source] of pairs) expect({ statement, ...findSupport(statement, source) }).toEqual({ statement, supported: false, sources: [], missing: [], overlap: 0 });
    expect(findSupport('Rotterdam', report).supported).toBe(true);
    expect(findSupport('otter', report).supported).toBe(false);
    expect(findSupport('😀', 'Well 😀 done')).toMatchObject({ supported: true, sources: [{ start: 5, end: 7 }] });
  });

  test('a sentence copied from the source is supported by itself, and offsets are exact', () => {
    fc.assert(
      fc.property(anyText, anyText, (source, other) => {
        const find = createSupportFinder(source);
        for (const statement of [...splitSentences(source), other]) {
          const { supported, sources, missing, overlap } = find(statement);
          if (statement !== other && isWhole(source, statement)) expect({ supported, missing: missing.filter(({ kind }) => kind !== 'name') }).toEqual({ supported: true, missing: [] });
          expect(sources.length).toBeLessThanOrEqual(3);
          expect(overlap >= 0 && overlap <= 1).toBe(true);
          for (const { start, end, text } of sources) expect(source.slice(start, end)).toBe(text);
          for (const { start, end, text } of missing) expect(statement.trim().slice(start, end)).toBe(text);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a number changed in a copied sentence is reported missing', () => {
    const amounts = fc.uniqueArray(fc.integer({ min: 100, max: 9_999_999 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(amounts, fc.boolean(), ([first = 0, second = 0, wrong = 0], isChinese) => {
        const write = (number: number) => (isChinese ? `去年的收入增长到${number / 10_000}万元。` : `Income of the last year rose to ${number.toLocaleString('en')} euros.`);
        const find = createSupportFinder(`${write(first)} ${write(second)}`);
        expect(find(write(first))).toMatchObject({ supported: true, missing: [] });
        expect(find(write(wrong))).toMatchObject({ supported: false, missing: [{ kind: 'number', value: String(wrong) }] });
      }),
    );
  });

  test.each([
    ['one line without an end', 'harbour crane quay '.repeat(5_500)],
    ['one Chinese line', '港务局决定重建东码头'.repeat(10_000)],
    ['digits', '7'.repeat(100_000)],
    ['full stops', '. '.repeat(50_000)],
    ['halves of characters', '\ud83d'.repeat(100_000)],
  ])('100 KB of %s take no time, and no source is longer than a reader bears', (_, source) => {
    const started = performance.now();
    const find = createSupportFinder(source);
    for (let index = 0; index < 7; index++) {
      for (const { start, end, text } of find('The quay of the harbour and the crane, 港务局决定重建码头').sources) {
        expect(source.slice(start, end)).toBe(text);
        expect(text.length).toBeLessThanOrEqual(400);
      }
    }
    find(source);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

/** Sentences may be cut between letters of one word ("a.b" is not, "a…b" is); such a half is no statement. */
function isWhole(source: string, sentence: string): boolean {
  const start = source.indexOf(sentence);
  const around = `${source[start - 1] ?? ' '}${sentence}${source[start + sentence.length] ?? ' '}`;
  return !/^[\p{L}\p{M}\p{N}\ud800-\udfff]{2}|[\p{L}\p{M}\p{N}\ud800-\udfff]{2}$/u.test(around);
}

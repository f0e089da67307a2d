import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBranches } from './icu.ts';
import { anyText } from './testing/arbitrary.ts';

const read = (message: string, to: string) => readBranches(message, to, 'line 3, key', 3);
const texts = (message: string, to: string) => read(message, to).branches.map(({ name, source }) => `${name}: ${source}`);

const argument = fc.constantFrom('{name}', '{when, date, short}', '{n, number}', ' words ', "it''s ", "'{literal}' ", '<b>bold</b> ', 'end.');
const leaf = fc.array(fc.oneof(argument, fc.constant('# ')), { maxLength: 4 }).map((parts) => parts.join(''));
const content = fc.letrec<{ content: string; choice: string }>((tie) => ({
  content: fc.array(fc.oneof({ maxDepth: 2 }, argument, tie('choice')), { maxLength: 3 }).map((parts) => parts.join('')),
  choice: fc.oneof(
    fc.tuple(leaf, tie('content')).map(([one, other]) => `{count, plural, one {${one}} other {${other}}}`),
    fc.tuple(leaf, tie('content')).map(([one, other]) => `{count, plural, =0 {none} one {${one}} other {${other}}}`),
    fc.tuple(tie('content'), leaf).map(([male, other]) => `{gender, select, male {${male}} other {${other}}}`),
    fc.tuple(leaf, leaf).map(([one, other]) => `{place, selectordinal, one {${one}} other {${other}}}`),
  ),
})).choice;

/** What a reader gets for given arguments, by the rules of a language without "one". */
function format(elements: MessageFormatElement[], count: string, gender: string, number?: string): string {
  return elements.map((element) => {
    if (element.type === TYPE.literal) return element.value;
    if (element.type === TYPE.pound) return `[${number}]`;
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return `[${'value' in element ? element.value : ''}]`;
    const option = element.options[element.type === TYPE.select ? gender : count] ?? element.options['other']!;
    return format(option.value, count, gender, element.type === TYPE.plural ? element.value : undefined);
  }).join('').replace(/\s+/g, ' ');
}

const formatText = (message: string, count: string, gender: string): string => format(parse(message, { ignoreTag: true }), count, gender).replace(/\s+/g, ' ').trim();

describe('readBranches', () => {
  test('says the same in whole sentences as the message does', () => {
    fc.assert(
      fc.property(content, (message) => {
        const { branches, write } = read(message, 'en');
        const written = write(branches.map(({ source }) => source));
        for (const count of ['=0', 'one', 'other']) for (const gender of ['male', 'other']) expect(formatText(written, count, gender)).toBe(formatText(message, count, gender));
      }),
      { numRuns: 500 },
    );
  });

  test('quotes any text so that it reads back as it is', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('{n, plural, other {# files}} of {name}', '{g, select, other {{name}}}', "{n, plural, other {'{x}'}} #"), (target, message) => {
        fc.pre(!target.includes('#') && !target.includes('{name}') && !target.includes("'{x}'"));
        const { write } = read(message, 'zh');
        expect(formatText(write([`${target} {name}`]), 'other', 'other')).toBe(message.includes('{name}') ? `${target} [name]`.replace(/\s+/g, ' ').trim() : `${target} {name}`.replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  test('gives each branch the text around it', () => {
    expect(texts('You have {n, plural, one {# new file} other {# new files}} here.', 'en')).toEqual(['one: You have # new file here.', 'other: You have # new files here.']);
    expect(texts('{g, select, male {He} other {They}} added {n, plural, one {a picture} other {# pictures}}.', 'zh')).toEqual(['male.other: He added {n, number} pictures.', 'other.other: They added {n, number} pictures.']);
  });

  test.each([
    ['zh', ['other']],
    ['en', ['one', 'other']],
    ['ru', ['one', 'few', 'many', 'other']],
    ['ar', ['zero', 'one', 'two', 'few', 'many', 'other']],
  ])('has the plural categories of %s, and the exact numbers of the source', (to, categories) => {
    const { branches } = read('{n, plural, =0 {Nothing} one {# thing} other {# things}}', to);
    expect(branches.map(({ name }) => name)).toEqual(['=0', ...categories]);
    expect(branches.map(({ source }) => source)).toEqual(['Nothing', ...categories.map((category) => (category === 'one' ? '# thing' : '# things'))]);
  });

  test('writes the number as its argument where "#" would be read otherwise', () => {
    expect(texts('Your {n, selectordinal, one {#st} other {#th}} visit', 'zh')).toEqual(['other: Your {n, number}th visit']);
    expect(texts('Issue #5: {n, plural, other {# files}}', 'zh')).toEqual(['other: Issue #5: {n, number} files']);
    expect(read('Issue #5: {n, plural, other {# files}}', 'zh').write(['问题 #5：{n, number}'])).toBe("{n, plural, other {问题 '#'5：{n, number}}}");
  });

  test('leaves alone, and says why, what has too many branches', () => {
    const plural = '{a, plural, one {#} other {#}}';
    const message = plural + plural.replace('a', 'b') + plural.replace('a', 'c');
    expect(read(message, 'ar').branches).toEqual([{ name: '', source: message, reason: expect.stringContaining('64') }]);
  });

  test.each([
    ['{n, plural, one {x}', 3],
    ['{n, plural, one {x}}', 3],
    ['line\n{g, select, male {a} other {b}', 4],
    ['{n, plural, other {#} other {#}}', 3],
  ])('names the line of what is wrong with %j', (message, line) => {
    expect(() => read(message, 'zh')).toThrow(expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ line }) }));
  });
});

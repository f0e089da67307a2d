import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkStructure } from '../check-structure.ts';
import { parseDocument } from '../parse-document.ts';
import { anyText, anyTexts, asFile } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { readPo, writePo } from './po-entries.ts';
import { readShape } from './shapes.ts';

const parse = (text: string, to = 'zh') => parseDocument(text, 'po', { to });
const isMessage = (text: string) => !/,\s*(?:plural|select)/.test(text);
const entry = fc.tuple(anyText.filter(isMessage), fc.option(anyText.filter(isMessage)), fc.option(anyText), fc.boolean(), fc.boolean()).map(([id, plural, context, isDone, isFuzzy]) => [
  `#: file.c:1${isFuzzy ? '\n#, fuzzy, c-format\n#| msgid "old"' : ''}`,
  ...(context === null ? [] : [writePo('msgctxt', context, '\n')]),
  writePo('msgid', `${id}\nmore`, '\n'),
  ...(plural === null ? [writePo('msgstr', isDone ? 'done' : '', '\n')] : [writePo('msgid_plural', plural, '\n'), writePo('msgstr[0]', isDone ? 'done' : '', '\n'), writePo('msgstr[1]', '', '\n')]),
].join('\n'));
const file = asFile(fc.array(entry, { maxLength: 4 }).map((entries) => ['msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"', ...entries, '#~ msgid "gone"\n#~ msgstr "weg"'].join('\n\n')));

describe('parseDocument of PO', () => {
  test('gives the file back byte for byte, and has the same entries with any words in it', () => {
    fc.assert(
      fc.property(file, anyTexts, (text, texts) => {
        const document = parse(text, 'en');
        expect(document.render(new Map())).toBe(text);
        const written = retextAll(document, texts);
        expect(readShape(written, 'po')).toEqual(readShape(text, 'po'));
        expect(readPo(written.replace('\uFEFF', '')).every(({ idPlural, translations }) => translations.length === (idPlural === undefined ? 1 : 2))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('reads back any text it writes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('\u0000'));
      expect(readPo(`msgid "a"\n${writePo('msgstr', text, '\n')}`)[0]?.translations).toEqual([text]);
    }));
  });

  const template = '# Comment\nmsgid ""\nmsgstr ""\n"Language: \\n"\n"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n\n#: a.c\n#, c-format\nmsgctxt "menu"\nmsgid "Open %s"\nmsgstr ""\n\nmsgid "%d file"\nmsgid_plural "%d files"\nmsgstr[0] ""\nmsgstr[1] ""\n\nmsgid "Done"\nmsgstr "完成"\n';

  test.each([
    ['zh', ['other'], 'nplurals=1; plural=0;'],
    ['ru', ['one', 'few', 'many'], 'nplurals=3;'],
    ['fr', ['one', 'other'], 'nplurals=2; plural=(n > 1);'],
    ['ar', ['zero', 'one', 'two', 'few', 'many', 'other'], 'nplurals=6;'],
  ])('writes the plural forms of %s', (to, categories, rule) => {
    const document = parse(template, to);
    expect(document.segments.slice(1).map(({ plural }) => plural)).toEqual(categories);
    const written = document.render(new Map(document.segments.map(({ id, source }) => [id, source.replace(/Open|files?/, 'x')])));
    expect(written).toContain(rule);
    expect(written).toContain(`Language: ${to}`);
    expect(written).toContain(`msgstr[${categories.length - 1}] "%d x"\n\nmsgid "Done"`);
    expect(written).not.toContain(`msgstr[${categories.length}]`);
    expect(written).toContain('#, c-format\nmsgctxt "menu"\nmsgid "Open %s"\nmsgstr "x %s"\n');
    expect(checkStructure(template, written, 'po')).toEqual([]);
  });

  test('leaves translated entries, and a form without a target, alone', () => {
    const document = parse(template, 'en');
    expect(document.segments.map(({ source }) => source)).toEqual(['Open %s', '%d file', '%d files']);
    expect(document.render(new Map([[document.segments[2]!.id, 'n']]))).toContain('msgstr[0] ""\nmsgstr[1] "n"\n');
  });

  test('translates fuzzy entries anew, and they stay fuzzy', () => {
    const document = parse('#, fuzzy\nmsgid "One"\nmsgstr "Zwei"\n');
    expect(document.render(new Map([['One', '一']]))).toBe('#, fuzzy\nmsgid "One"\nmsgstr "一"\n');
  });

  test.each([
    ['msgid "a"\nmsgstr "b\n', 2],
    ['msgid "a"\n\nmsgid "b"\nmsgstr ""\n', 3],
    ['msgstr "x"\n', 1],
    ['"x"\n', 1],
    ['msgid "a"\nhello\n', 2],
    ['msgid "a"\nmsgid_plural "b"\nmsgstr[1] ""\n', 3],
  ])('names the line of what is wrong with %j', (text, line) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ line }) }));
  });
});

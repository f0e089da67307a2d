import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unmaskText } from './mask-restore.ts';
import { isTranslatable, maskText } from './mask.ts';
import { trickyStrings } from './testing/tricky-strings.ts';

const originals = (source: string, keep?: string[]) => maskText(source, keep === undefined ? {} : { keep }).masks.map(({ original }) => original);

const pieces = ['word', ' ', '，', '词', '{name}', '{{x}}', '%s', '%1$d', '%(n)s', '${v}', ':id', '$t(a.b)', '@:key', '<b>', '</b>', '<0>', '</0>', '<br/>', '<1/>', '**', 'https://a.b/c?d=1', 'me@x.org', '`code`', 'v1.2.3', '25 MB', '&nbsp;', '[', '](http://x.y)', '[[1]]', '[[', ']]', '#', '--flag', '\u200b', '😀', '\n'];
const anySource = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 14 }).map((parts) => parts.join(''));

describe('maskText and unmaskText', () => {
  test('give the source back, whatever it is', () => {
    fc.assert(
      fc.property(anySource, (source) => {
        const masked = maskText(source);
        expect(unmaskText(masked.text, masked)).toEqual({ text: source, issues: [], repaired: [] });
      }),
      { numRuns: 2000 },
    );
  });

  test('have every original once in a target of other words and another order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{name}', '%s', 'https://a.b/c', '`x`', 'v1.2', '{{y}}', ':id'), { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.integer()), (placeholders, numbers) => {
        const masked = maskText(`Words ${placeholders.join(' and ')} end`);
        const shuffled = masked.masks.map(({ mark }) => ({ mark, order: numbers.next().value as number })).sort((a, b) => a.order - b.order).map(({ mark }) => mark);
        const { text, issues } = unmaskText(`词${shuffled.join('词')}词`, masked);
        expect(issues).toEqual([]);
        for (const each of new Set(placeholders)) expect(text.split(each)).toHaveLength(placeholders.filter((other) => other === each).length + 1);
      }),
    );
  });

  test('never say nothing of a mark lost, doubled or made up', () => {
    fc.assert(
      fc.property(anySource, fc.nat(), fc.boolean(), (source, index, doubles) => {
        const masked = maskText(source);
        fc.pre(masked.masks.length > 0);
        const { mark } = masked.masks[index % masked.masks.length]!;
        const target = masked.text.replace(mark, doubles ? `${mark} x ${mark}` : '');
        expect(unmaskText(target, masked).issues).not.toEqual([]);
        expect(unmaskText(`${masked.text} [[99]]`, masked).issues).toEqual(['[[99]] stands for nothing']);
      }),
      { numRuns: 500 },
    );
  });

  test('are true to all strings written for the tests', () => {
    for (const { source } of trickyStrings) {
      const masked = maskText(source);
      expect(unmaskText(masked.text, masked)).toEqual({ text: source, issues: [], repaired: [] });
    }
    expect(trickyStrings.length).toBeGreaterThanOrEqual(300);
    expect(new Set(trickyStrings.map(({ id }) => id)).size).toBe(trickyStrings.length);
  });
});

describe('maskText', () => {
  test.each([
    ['Hi {name}, {{user.name}}, {0}, {d, date, short}', ['{name}', '{{user.name}}', '{0}', '{d, date, short}']],
    ['%s %d %1$s %(n)d %.2f %@ %% %{a} %NAME% is 100% sure, 50% off', ['%s', '%d', '%1$s', '%(n)d', '%.2f', '%@', '%%', '%{a}', '%NAME%']],
    ['${x} #{y} :id, :count items at 10:30 (a:b)', ['${x}', '#{y}', ':id', ':count']],
    ['$t(key) @:a.b @.lower:c __n__ $HOME costs $5', ['$t(key)', '@:a.b', '@.lower:c', '__n__', '$HOME']],
    ['Read <0>this</0>, <b class="x">that</b> or <br/>, 3 < 4 and 5 > 2', ['<0>', '</0>', '<b class="x">', '</b>', '<br/>']],
    ['See https://a.b/c?d=1&e=2. Or (www.x.org), me@b.co.uk！', ['https://a.b/c?d=1&e=2', 'www.x.org', 'me@b.co.uk']],
    ['请访问https://a.b/c，或example.com。', ['https://a.b/c', 'example.com']],
    ['v1.2 and 10.0.1 take 25 MB, 3 km and 20 %', ['v1.2', '10.0.1', '25 MB']],
    ['Use `a b` with --out in ~/.config/x.json or snake_case, camelCase', ['`a b`', '--out', '~/.config/x.json', 'snake_case', 'camelCase']],
    ['A [link](http://x.y) in **bold** type', ['[', '](http://x.y)', '**', '**']],
    ['{n, plural, one {# x} other {# y}} stays', ['{n, plural, one {# x} other {# y}}']],
    ['A plain sentence (with brackets), 12:30, and/or 1.5 more.', []],
  ])('finds in %j', (source, found) => {
    expect(originals(source)).toEqual(found);
  });

  test('keeps terms in exactly their letters, as whole words', () => {
    expect(originals('GLM and GLM-Edge, not GLMs or glm; 用GLM好', ['GLM', 'GLM-Edge'])).toEqual(['GLM', 'GLM-Edge', 'GLM']);
    expect(originals('C++ and (x)', ['C++', '(x)', ''])).toEqual(['C++', '(x)']);
  });

  test('gives what touches one mark, but a tag and its words', () => {
    expect(maskText('A {{a}}{{b}} and <b><i>c</i></b> and <b>{x}</b> z').text).toBe('A [[1]] and [[2]]c[[3]] and [[4]] z');
    expect(maskText('A <b>{x} c</b> z').text).toBe('A [[1]][[2]] c[[3]] z');
  });

  test('takes off what stands around the whole', () => {
    expect(maskText(' <p><b>Save</b></p> ')).toMatchObject({ before: ' <p><b>', text: 'Save', after: '</b></p> ', masks: [] });
    expect(maskText('{\\an8}<i>Up</i><br>')).toMatchObject({ before: '{\\an8}<i>', text: 'Up', after: '</i><br>' });
    expect(maskText('**a** and **b**').text).toBe('[[1]]a[[2]] and [[3]]b[[4]]');
  });
});

describe('isTranslatable', () => {
  test.each([['{a} %s https://a.b <b>{c}</b>', false], ['', false], ['\u200b\u200f 12:30 — 5', false], ['v1.2.3', false], ['OK', true], ['{a}个', true], ['שלום', true]])('of %j is %s', (source, is) => {
    expect(isTranslatable(source)).toBe(is);
  });
});

describe('unmaskText', () => {
  const masked = maskText('Hello {name}, read <b>this</b> at %s');
  test.each([
    ['你好 [[1]]，请在[[4]]阅读[[2]]这个[[3]]，{name}', '你好 {name}，请在%s阅读<b>这个</b>，{name}', ['{name} occurs 2 times']],
    ['你好 [[ 1 ]]，请在%[[4]]阅读[[2]]这个[[3]]', '你好 {name}，请在%%s阅读<b>这个</b>', ['%% is not in the source']],
    ['你好【1】，请在⟦4⟧阅读[２]这个[[3', '你好{name}，请在%s阅读<b>这个</b>', []],
    ['你好[[1]][[1]]，请在[[4]]阅读[[2]]这个[[3]]', '你好{name}，请在%s阅读<b>这个</b>', []],
    ['Bonjour[[1]]lisez[[2]]ceci[[3]]ici [[4]]', 'Bonjour {name} lisez <b>ceci</b> ici %s', []],
    ['你好，阅读[[2]]这个[[3]][[4]]', '你好，阅读<b>这个</b>%s', ['{name} is missing']],
    ['[[1]][[3]]这个[[2]][[4]]', '{name}</b>这个<b>%s', ['</b> does not close what was opened last']],
    ['[[1]][[2]][[3]]这个[[4]]', '{name}<b></b>这个%s', ['<b></b> holds nothing']],
  ])('of %j is %j', (target, text, issues) => {
    expect(unmaskText(target, masked)).toMatchObject({ text, issues });
  });

  test('takes brackets with a number for a mark only where that mark is missing', () => {
    expect(unmaskText('见(1)：[[1]]', maskText('See (1): {x}'))).toEqual({ text: '见(1)：{x}', issues: [], repaired: [] });
  });

  test('puts one mark back at an end of the text, when asked', () => {
    expect(unmaskText('错误：', maskText('Error: {message}'), { reinsert: true })).toMatchObject({ text: '错误：{message}', issues: [] });
    expect(unmaskText('Fehler', maskText('错误：{message}。'), { reinsert: true })).toMatchObject({ text: 'Fehler {message}', issues: [] });
    expect(unmaskText('Liked it', maskText('{name}觉得很赞'), { reinsert: true })).toMatchObject({ text: '{name} Liked it', issues: [] });
    expect(unmaskText('中间', maskText('In {x} the middle'), { reinsert: true }).issues).toEqual(['{x} is missing']);
  });
});

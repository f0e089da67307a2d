import fc from 'fast-check';

const characters = [...'*_[]()<>&#-+.!|~`{}\'":/@\\=$%^;,?', ' ', ' ', '\t', 'a', 'B', 'z', '1', '9', '中', '文', '，', '。', '：', '「', '」', 'é', 'ש', 'ع', '\u200b', '\u200f', '😀', '👨‍👩‍👧'];
const words = ['word', '译文', 'http://x.y', 'www.a.com', 'me@b.org', '1. one', '- dash', '# head', '> quote', '&amp;', '<b>', '</p>', '<!--', '```', '**bold**', '[link](url)', ':::', '-->', '{name}', "it's", '{n, plural,', '| cell |', '![x](y)', '~~gone~~', '$x$', '[ ]', '[x] done', '***', '+ ', '=====', 'true', 'null', '~', ': ', ' #', '"quoted"', '\\n', '%s'];

/** Text a model might write, at its worst: the syntax of every format, other scripts, invisible characters. It has a letter, and no numbered tag. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...characters)), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
  .filter((text) => /\p{L}/u.test(text) && !/<\/?\d+\s*\/?>/.test(text));

export const anyTexts: fc.Arbitrary<string[]> = fc.array(anyText, { minLength: 1, maxLength: 6 });

/** What a document is put together from: pieces that mean something to its format, and anything. */
export function documentOf(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: anyText }), { maxLength: 14 }).map((parts) => parts.join(''));
}

/** With the line ends and the byte order mark files come with. */
export function asFile(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.boolean(), fc.boolean()).map(([text, hasCrlf, hasMark]) => `${hasMark ? '\uFEFF' : ''}${hasCrlf ? text.replace(/\r?\n/g, '\r\n') : text}`);
}

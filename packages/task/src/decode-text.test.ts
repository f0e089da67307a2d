import { isTaskError } from '@glm-tasks/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

const chinese = [
  '会议决定明年在各地建设二十座新的图书馆，由市政府负责管理。',
  '他说，这个问题不是一天两天能解决的，大家要有耐心。',
  '新华社北京十月五日电：国家统计局今天公布了第三季度的经济数据。',
  '天气很好，我们下午三点去公园走走，你来不来？',
  '研究人员发现，这种方法比以前用的方法快了百分之四十。',
];
const traditional = ['會議決定明年在各地建設二十座新的圖書館，由市政府負責管理。', '他說，這個問題不是一天兩天能解決的，大家要有耐心。'];
const english = ['The council will build twenty libraries. ', "It's a “long” story – and it doesn't end here.\n", 'Figures: 12.5 % of £300, or 4 × 9.\r\n', 'get '];
const emoji = ['👍🏽', '😀 ', '👩‍👩‍👧‍👦', '🇨🇳', '❤️'];

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const mixed = fc
  .tuple(oneOf(...chinese), fc.array(oneOf(...chinese, ...english, ...emoji), { maxLength: 12 }), fc.boolean())
  .map(([first, rest, front]) => (front ? [first, ...rest] : [...rest, first]).join(''));
const western = fc
  .tuple(oneOf(english[0] as string, english[1] as string, english[2] as string), fc.array(oneOf(...english, ...emoji), { maxLength: 12 }))
  .map(([first, rest]) => [first, ...rest].join(''));
const anyText = fc.oneof(mixed, western, fc.array(oneOf(...traditional), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('\n')));

test('UTF-8 comes back as it is, with a byte order mark or without', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF'));
      expect(decodeText(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
      expect(decodeText(Buffer.from(`\uFEFF${text}`))).toEqual({ text, encoding: 'utf-8' });
    }),
  );
});

test.each(['utf-16le', 'utf-16be'] as const)('%s with a byte order mark: any text', (encoding) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF'));
      expect(decodeText(encodeUtf16(`\uFEFF${text}`, encoding))).toEqual({ text, encoding });
    }),
  );
});

test.each(['utf-16le', 'utf-16be'] as const)('%s without a mark: Chinese, English and emoji', (encoding) => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(decodeText(encodeUtf16(text, encoding))).toEqual({ text, encoding });
    }),
  );
});

test('GB18030: Chinese with English and emoji', () => {
  fc.assert(
    fc.property(mixed, (text) => {
      expect(decodeText(encodeGb18030(text))).toEqual({ text, encoding: 'gb18030' });
      expect(decodeText(Buffer.concat([Buffer.of(0x84, 0x31, 0x95, 0x33), encodeGb18030(text)]))).toEqual({ text, encoding: 'gb18030' });
    }),
  );
  for (const text of [...chinese, ...traditional, '你好，世界', '好 😀', 'ok 😀']) expect(decodeText(encodeGb18030(text)).text).toBe(text);
});

test('a page that names its charset is read by it, however few ideographs it has', () => {
  const page = '<html><head><meta charset="gb2312"><title>饕餮</title>';
  expect(decodeText(encodeGb18030(page))).toEqual({ text: page, encoding: 'gb18030' });
  expect(() => decodeText(encodeGb18030('<p>饕餮</p>'))).toThrowError('cannot be told for certain');
  const korean = Buffer.concat([Buffer.from('<meta http-equiv=Content-Type content="text/html; charset=euc-kr">'), encode('이 나라의 사람들은', 'euc-kr')]);
  expect(() => decodeText(korean)).toThrowError('it says that it is euc-kr; convert it with: iconv -f euc-kr');
});

test('rows of one sign are no other encoding', () => {
  const text = `目录${'…'.repeat(60)}1\n${'═'.repeat(60)}\n`;
  expect(decodeText(encodeUtf16(`\uFEFF${text}`, 'utf-16le')).text).toBe(text);
});

test('a mark alone is an empty text', () => {
  expect(decodeText(Buffer.of())).toEqual({ text: '', encoding: 'utf-8' });
  expect(decodeText(Buffer.of(0xef, 0xbb, 0xbf))).toEqual({ text: '', encoding: 'utf-8' });
  expect(decodeText(Buffer.of(0xff, 0xfe))).toEqual({ text: '', encoding: 'utf-16le' });
  expect(decodeText(Buffer.of(0xfe, 0xff))).toEqual({ text: '', encoding: 'utf-16be' });
});

test('text that ends within a character is refused as such, in every encoding', () => {
  fc.assert(
    fc.property(mixed, (text) => {
      const whole = `${text}的`;
      const files = [Buffer.from(whole), encodeUtf16(whole, 'utf-16le'), encodeUtf16(`\uFEFF${whole}`, 'utf-16be'), encodeGb18030(whole)];
      for (const bytes of files) expect(() => decodeText(bytes.subarray(0, -1), 'a.txt')).toThrowError('damaged or cut off');
    }),
    { numRuns: 30 },
  );
});

test('encodings that are mixed in one file are refused', () => {
  const [first, second] = chinese as [string, string];
  const many = chinese.join('').repeat(20);
  for (const [index, bytes] of [
    [Buffer.from(first), encodeGb18030(second)],
    [encodeGb18030(many), Buffer.from(`\n${first}\n`), encodeGb18030(many)],
    [Buffer.from(many), encodeGb18030(`\n${first}`)],
    [Buffer.from(many), encodeUtf16(first, 'utf-16le')],
    [encodeUtf16(many, 'utf-16le'), encodeUtf16(many, 'utf-16be')],
    [encodeUtf16(`\uFEFF${many}`, 'utf-16le'), Buffer.from('and then plain text\n'.repeat(2))],
    [Buffer.from('at first some plain text'.repeat(2)), encodeUtf16(many, 'utf-16le')],
  ].entries()) {
    expect(() => decodeText(Buffer.concat(bytes)), `case ${index}`).toThrowError('cannot be read as text');
  }
});

test.each([
  ['Korean', 'euc-kr', '대한민국의 수도는 서울이다. 이 나라의 사람들은 한국어를 쓴다.'],
  ['Japanese', 'euc-jp', '日本の首都は東京である。この国の人々は日本語を話す。'],
  ['Japanese of Windows', 'shift_jis', '日本の首都は東京である。この国の人々は日本語を話す。'],
  ['Chinese of Taiwan', 'big5', '會議決定明年在各地建設二十座新的圖書館，由市政府負責管理。'],
  ['Russian', 'windows-1251', 'ПРИВЕТ, МИР! Это столица страны, здесь живут люди.'],
  ['Russian of Unix', 'koi8-r', 'Это столица страны, здесь живут люди.'],
  ['German', 'windows-1252', 'Die Straße ist größer, schöner und älter als früher.'],
])('%s in another encoding is not taken for Chinese', (_name, encoding, text) => {
  for (const repeated of [text, text.repeat(20)]) expect(() => decodeText(encode(repeated, encoding), 'a.txt')).toThrowError(/find out its encoding|damaged or cut off/);
});

test('two readings that are as good as each other are refused, and named', () => {
  expect(() => decodeText(Buffer.of(0x4e, 0x00))).toThrowError('it may be UTF-16LE or UTF-16BE');
});

test.each([
  ['a PDF', '%PDF-1.7\n\xE2\xE3', 'a PDF document; extract its text first, for example with: pdftotext "a b.bin" -'],
  ['a zip', 'PK\x03\x04\x14\0', 'a zip archive (.docx'],
  ['an old Word file', '\xD0\xCF\x11\xE0\xA1', 'pandoc -t plain "a b.bin"'],
  ['RTF', '{\\rtf1\\ansi Hello}', 'an RTF document'],
  ['gzip', '\x1F\x8B\x08\0', 'gzip-compressed; unpack it'],
  ['PNG', '\x89PNG\r\n\x1A\n\0', 'a PNG image; read its text with an OCR program'],
  ['JPEG', '\xFF\xD8\xFF\xE0\0\x10JFIF', 'a JPEG image'],
  ['GIF', 'GIF89a\x20\x03\x58\x02', 'a GIF image'],
  ['WebP', 'RIFF\x24\0\0\0WEBPVP8 ', 'a WebP image'],
  ['a video', '\0\0\0\x20ftypisom\0', 'a sound or video file; give its subtitles'],
  ['a database', 'SQLite format 3\0\x10', 'a program or a database'],
  ['UTF-32', '\xFF\xFE\0\0h\0\0\0', 'it is UTF-32; convert it with: iconv -f UTF-32'],
  ['zero bytes', 'a,b\n1,\0\0\0\0\n', 'it has zero bytes in it'],
  ['Latin-1', 'un café au lait', 'find out its encoding'],
  ['Latin-1 at the end', 'un café', 'find out its encoding'],
  ['UTF-16 with another line behind it', `\xFF\xFEa\0${'an appended line of plain text'.repeat(2)}`, 'parts of it are in another encoding'],
  ['half a pair in UTF-16', '\xFF\xFEa\0\x3D\xD8b\0', 'starts as UTF-16, but'],
])('%s is refused by name with the way out', (_kind, latin1, hint) => {
  expect(() => decodeText(Buffer.from(latin1, 'latin1'), 'a b.bin')).toThrowError(hint);
  expect(() => decodeText(Buffer.from(latin1, 'latin1'))).toThrowError(hint.replace('"a b.bin"', 'FILE'));
});

test('words that files start with are no files', () => {
  for (const text of ['GIF89a is a format of 1989.', 'BMW built it.', 'MZ and PK are initials.', 'RIFF means strife', 'ID3 tags', 'II * 4', 'ftyp']) {
    expect(decodeText(Buffer.from(text)).text).toBe(text);
  }
});

test('any bytes: the very text, or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        const { text, encoding } = decodeText(bytes);
        const again = encoding === 'gb18030' ? encodeGb18030(text) : encoding === 'utf-8' ? Buffer.from(text) : encodeUtf16(text, encoding);
        expect(Buffer.from(bytes).subarray(-again.length || bytes.length).equals(again)).toBe(true);
      } catch (error) {
        if (!isTaskError(error)) throw error;
        expect(error.code).toBe('invalid_input');
      }
    }),
    { numRuns: 2_000 },
  );
});

function encodeUtf16(text: string, encoding: 'utf-16le' | 'utf-16be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

function encodeGb18030(text: string): Buffer {
  return encode(text, 'gb18030');
}

const tables = new Map<string, Map<string, number[]>>();

/** By a table that the decoder itself fills: Node writes none of these encodings. */
function encode(text: string, encoding: string): Buffer {
  const table = tables.get(encoding) ?? createTable(encoding);
  tables.set(encoding, table);
  return Buffer.from([...text].flatMap((character) => table.get(character) ?? encodeFourBytes(character)));
}

function createTable(encoding: string): Map<string, number[]> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, number[]>();
  const learn = (...bytes: number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !table.has(character)) table.set(character, bytes);
    } catch {
      // no character of this encoding
    }
  };
  for (let lead = 0; lead < 256; lead++) learn(lead);
  for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) learn(lead, trail);
  if (encoding !== 'gb18030') return table;
  // All characters below U+10000 that have no two bytes.
  for (let index = 0; index < 39_420; index++) learn(...fourBytes(index));
  return table;
}

/** Beyond U+FFFF, GB18030 counts on from 90 30 81 30. */
function encodeFourBytes(character: string): number[] {
  return fourBytes((character.codePointAt(0) as number) - 0x10000 + 189_000);
}

function fourBytes(index: number): number[] {
  return [0x81 + Math.floor(index / 12_600), 0x30 + (Math.floor(index / 1_260) % 10), 0x81 + (Math.floor(index / 10) % 126), 0x30 + (index % 10)];
}

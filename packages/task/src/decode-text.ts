import { TaskError } from '@glm-tasks/core';
import { declaredCharset, findContainer, holdsAscii, holdsUtf8 } from './inspect-bytes.ts';
import { looksWritten } from './looks-written.ts';
import { refuseBytes } from './refuse-bytes.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export interface DecodedText {
  /** Without the byte order mark. */
  text: string;
  encoding: Encoding;
}

/**
 * The text that the bytes of a file spell: UTF-8, UTF-16 with or without a byte order mark, or GB18030 (and so GBK and GB2312). A byte
 * order mark decides, then valid UTF-8 does; the others must decode to the last byte, read like text, and be the only reading that
 * does. No byte is ever replaced by U+FFFD.
 *
 * @param name what the message calls the bytes, usually the name of the file
 * @throws TaskError `invalid_input` for all else: the message says what was found and how to convert it
 * @example
 * decodeText(Buffer.of(0xc4, 0xe3, 0xba, 0xc3)); // { text: '你好', encoding: 'gb18030' }
 */
export function decodeText(bytes: Uint8Array, name?: string): DecodedText {
  const readings = findContainer(bytes) === undefined ? findReadings(bytes) : [];
  const [reading] = readings;
  if (reading !== undefined && readings.length === 1) return reading;
  const message = refuseBytes(bytes, { name, findReadings });
  throw new TaskError('invalid_input', message, { details: name === undefined ? {} : { name } });
}

/** All ways in which the bytes are text. */
function findReadings(bytes: Uint8Array): DecodedText[] {
  const marked = marks.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (marked !== undefined) return readAs(marked.encoding, bytes);
  const [utf8] = readAs('utf-8', bytes);
  if (utf8 !== undefined) return [utf8];
  const declared = declaredCharset(bytes);
  // A page that names its charset leaves nothing to guess.
  if (declared !== undefined) return /^gb(?:k|2312|18030)$/i.test(declared) ? readAs('gb18030', bytes) : [];
  return (['utf-16le', 'utf-16be', 'gb18030'] as const)
    .flatMap((encoding) => readAs(encoding, bytes))
    .filter(({ text, encoding }) => looksWritten(text, encoding));
}

const marks: { mark: number[]; encoding: Encoding }[] = [
  { mark: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
  { mark: [0x84, 0x31, 0x95, 0x33], encoding: 'gb18030' },
];

/** One reading, or none where a byte does not fit. A zero character stands in no text; it is how UTF-16 looks to UTF-8. */
function readAs(encoding: Encoding, bytes: Uint8Array): DecodedText[] {
  // GB18030 and UTF-16 take nearly all bytes: another encoding in the midst of them would come out as other ideographs.
  if (encoding === 'gb18030' ? holdsUtf8(bytes) : encoding !== 'utf-8' && holdsAscii(bytes)) return [];
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/^\uFEFF/, '');
    return text.includes('\0') ? [] : [{ text, encoding }];
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

import { declaredCharset, findContainer, holdsAscii, holdsUtf8 } from './inspect-bytes.ts';

export interface Refusal {
  name: string | undefined;
  findReadings(bytes: Uint8Array): { text: string; encoding: string }[];
}

/** Why bytes are not read as text, and what makes text of them. */
export function refuseBytes(bytes: Uint8Array, { name, findReadings }: Refusal): string {
  const file = name === undefined ? 'FILE' : JSON.stringify(name);
  return `${name ?? 'The input'} cannot be read as text: ${explain(bytes, findReadings).replaceAll('FILE', () => file)}.`;
}

function explain(bytes: Uint8Array, findReadings: Refusal['findReadings']): string {
  const container = findContainer(bytes);
  if (container !== undefined) return `it is ${container.kind}; ${container.wayOut}`;
  if (isUtf32(bytes)) return `it is UTF-32; ${convert('UTF-32')}`;

  const isMarked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isMarked && holdsAscii(bytes)) return 'it starts as UTF-16, but parts of it are in another encoding; convert the parts before you join them';
  const readings = findReadings(bytes).map(({ encoding }) => encoding.toUpperCase());
  if (readings.length > 1) return `it may be ${readings.join(' or ')}, too short to tell which; if it is the first, ${convert(readings[0] as string)}`;
  // Files that end within a character: no character of these encodings is longer than four bytes.
  const [cut] = [1, 2, 3]
    .flatMap((missing) => (bytes.length > missing ? findReadings(bytes.subarray(0, -missing)) : []))
    .filter(({ text }) => /[^\p{ASCII}]/u.test(text) || bytes.includes(0)); // "café" of another encoding is no cut UTF-8
  if (cut !== undefined) return `it is ${cut.encoding.toUpperCase()}, but damaged or cut off: it ends within a character; get a sound copy of it`;

  if (isMarked) return 'it starts as UTF-16, but some of it is damaged or cut off; get a sound copy of it';
  if (bytes.includes(0)) return "it has zero bytes in it, as programs, databases and media files do; if it is text, take them out: tr -d '\\000' < FILE > clean.txt";

  const declared = declaredCharset(bytes);
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) return `it says that it is ${declared}; ${convert(declared)}`;
  const { broken, sound, line } = countBroken(bytes);
  if (broken <= sound) return `most of it is UTF-8, but from line ${line} on some bytes are damaged, cut off or in another encoding; get a sound copy of it`;
  if (holdsUtf8(bytes)) return 'parts of it are UTF-8, others are not; convert the parts before you join them';
  return `its encoding is not UTF-8, UTF-16 or GB18030, or cannot be told for certain; find out its encoding and ${convert('ENCODING')}`;
}

function convert(encoding: string): string {
  return `convert it with: iconv -f ${encoding} -t UTF-8 FILE > converted.txt`;
}

function isUtf32(bytes: Uint8Array): boolean {
  const start = [...bytes.subarray(0, 4)].join();
  return start === '255,254,0,0' || start === '0,0,254,255';
}

/** Characters beyond ASCII that are sound UTF-8, those that are not, and the line of the first of these. */
function countBroken(bytes: Uint8Array): { broken: number; sound: number; line: number } {
  const text = new TextDecoder().decode(bytes);
  const broken = text.split('\uFFFD').length - 1;
  let all = 0;
  for (const character of text) if (character > '\u007F') all++;
  return { broken, sound: all - broken, line: text.slice(0, text.indexOf('\uFFFD')).split('\n').length };
}

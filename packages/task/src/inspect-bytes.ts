/** A file that is not text, and what makes it one. */
export interface Container {
  kind: string;
  wayOut: string;
}

/** What the first bytes give away: a PDF, an archive, an image and so on. Undefined for what may be text. */
export function findContainer(bytes: Uint8Array): Container | undefined {
  const head = asLatin1(bytes.subarray(0, 64));
  const found = containers.find(({ signature }) => signature.test(head));
  return found && { kind: found.kind, wayOut: wayOut[found.type] };
}

/** The charset that a page or XML file names in its first 2,048 bytes. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = asLatin1(bytes.subarray(0, 2_048));
  return /<(?:meta\s[^>]*charset|\?xml\s[^>]*encoding)\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
}

/**
 * Whether four characters of three bytes of UTF-8 stand in a row. In ideographs of GB18030 the pattern needs a rare lead byte at
 * every second character, which makes it less likely than one in a billion characters.
 */
export function holdsUtf8(bytes: Uint8Array): boolean {
  let seen = 0;
  for (let index = 0; index + 2 < bytes.length; ) {
    const lead = bytes[index] as number;
    if (lead >= 0xe3 && lead <= 0xe9 && isTail(bytes[index + 1]) && isTail(bytes[index + 2])) {
      if (++seen === 4) return true;
      index += 3;
    } else {
      seen = 0;
      index++;
    }
  }
  return false;
}

/**
 * Whether forty bytes of ASCII text stand in a row, as where a program appended a line to a file of UTF-16. Ideographs of UTF-16 have
 * two such bytes at every third place or so; rows of one sign (……, ═══) may have them, but not eight different ones.
 */
export function holdsAscii(bytes: Uint8Array): boolean {
  let run = 0;
  for (const [index, byte] of bytes.entries()) {
    const isText = (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
    run = isText ? run + 1 : 0;
    if (isText && run % 40 === 0 && new Set(bytes.subarray(index - 39, index + 1)).size >= 8) return true;
  }
  return false;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

// What could open a text file ("BM", "GIF89a is …") needs bytes behind it that could not.
const containers: { signature: RegExp; kind: string; type: keyof typeof wayOut }[] = [
  { signature: /^%PDF-\d/, kind: 'a PDF document', type: 'pdf' },
  { signature: /^PK(?:\x03\x04|\x05\x06)/, kind: 'a zip archive (.docx, .xlsx, .pptx, .odt and .epub files are such archives)', type: 'office' },
  { signature: /^\xD0\xCF\x11\xE0/, kind: 'an old Word, Excel or PowerPoint file', type: 'office' },
  { signature: /^\{\\rtf\d/, kind: 'an RTF document', type: 'office' },
  { signature: /^\x1F\x8B/, kind: 'gzip-compressed', type: 'archive' },
  { signature: /^(?:BZh\d1AY&SY|\xFD7zXZ\0|\x28\xB5\x2F\xFD|7z\xBC\xAF|Rar!\x1A)/, kind: 'a compressed archive', type: 'archive' },
  { signature: /^\x89PNG/, kind: 'a PNG image', type: 'image' },
  { signature: /^\xFF\xD8\xFF/, kind: 'a JPEG image', type: 'image' },
  { signature: /^GIF8[79]a[^]{0,3}[\0-\x08\x80-\xFF]/, kind: 'a GIF image', type: 'image' },
  { signature: /^RIFF[^]{4}WEBP/, kind: 'a WebP image', type: 'image' },
  { signature: /^(?:II\*\0|MM\0\*|BM[^]{4}\0{4})/, kind: 'an image', type: 'image' },
  { signature: /^[^]{4}ftyp(?:heic|heix|avif|mif1)/, kind: 'an image', type: 'image' },
  { signature: /^(?:[^]{4}ftyp|RIFF[^]{4}(?:WAVE|AVI )|OggS\0|ID3[\x02-\x04]|fLaC\0|\x1AE\xDF\xA3)/, kind: 'a sound or video file', type: 'media' },
  { signature: /^(?:SQLite format 3\0|\x7FELF|MZ[^]\0|\xCA\xFE\xBA\xBE|\0asm)/, kind: 'a program or a database', type: 'other' },
];

const wayOut = {
  pdf: 'extract its text first, for example with: pdftotext FILE -',
  office: 'save it as text first, for example with: pandoc -t plain FILE (or save it as "plain text" where it was written)',
  archive: 'unpack it first',
  image: 'read its text with an OCR program first, for example: tesseract FILE -',
  media: 'give its subtitles (.srt or .vtt) or a transcript',
  other: 'give the text that was made from it',
};

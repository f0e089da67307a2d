import type { Format } from './segments.ts';

const formatsByEnding: Readonly<Record<string, Format>> = {
  txt: 'plain', text: 'plain', md: 'markdown', markdown: 'markdown', mdx: 'markdown', html: 'html', htm: 'html', xhtml: 'html',
  json: 'json', jsonc: 'json', arb: 'json', yaml: 'yaml', yml: 'yaml', po: 'po', pot: 'po', srt: 'srt', vtt: 'vtt',
};

/** Endings of the files that hold one of the formats, without a dot. */
export const knownEndings: readonly string[] = Object.keys(formatsByEnding);

/** By the name's ending; without one that is known, by what the text begins with or holds. A text like none of the formats is plain. */
export function detectFormat(name: string | undefined, text: string): Format {
  const ending = /\.([a-z]+)$/i.exec(name ?? '')?.[1]?.toLowerCase();
  const named = ending === undefined ? undefined : formatsByEnding[ending];
  if (named) return named;
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (/^WEBVTT(?:\s|$)/.test(start)) return 'vtt';
  if (/^(?:\d+\s*\n)?\d+:\d\d:\d\d[,.]\d+ *-->/.test(start.replaceAll('\r\n', '\n'))) return 'srt';
  if (/^msgid\s+"/m.test(start) && /^msgstr(?:\[\d+\])?\s+"/m.test(start)) return 'po';
  if (/^<(?:!doctype|html|head|body|div|p|h[1-6]|ul|ol|table|section|article|main|header|nav)\b/i.test(start)) return 'html';
  if (isJson(start)) return 'json';
  if (/^#{1,6} \S|^(?:```|~~~)|\]\([^()\s]+\)|\*\*\S[^*\n]*\*\*|^\|(?:\s*:?-+:?\s*\|)+\s*$/m.test(start)) return 'markdown';
  return 'plain';
}

function isJson(text: string): boolean {
  // "{name}" and "[1]" are texts; a message file has a key or a text in quotes.
  if (!/^[{[]\s*["{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

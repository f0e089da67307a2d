import { invalid, readLines, type Line } from './lines.ts';

export interface PoEntry {
  context?: string;
  id: string;
  idPlural?: string;
  /** By form; one where there are no plural forms. */
  translations: string[];
  isFuzzy: boolean;
  line: number;
  /** Of all msgstr lines, without the last line break. */
  start: number;
  end: number;
}

const keyword = /^\s*(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s*(".*)$/;
const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*$/;

/** The entries of a PO or POT file; obsolete ones (#~) and comments are left alone. */
export function readPo(text: string): PoEntry[] {
  const entries: PoEntry[] = [];
  let entry: (Partial<PoEntry> & { translations: string[] }) | undefined;
  let isFuzzy = false;
  let append: ((more: string) => void) | undefined;

  const close = (line: Line): void => {
    if (entry && entry.start === undefined) throw invalid('PO file', line.number, 'a "msgid" has no "msgstr"');
    if (entry?.id !== undefined) entries.push(entry as PoEntry);
    entry = undefined;
    append = undefined;
  };
  const open = (line: Line): NonNullable<typeof entry> => {
    if (entry?.start !== undefined || (entry && entry.id !== undefined)) close(line);
    entry ??= { translations: [], isFuzzy, line: line.number };
    isFuzzy = false;
    return entry;
  };
  const lines = readLines(text);
  for (const line of lines) {
    if (line.text.trim() === '') continue;
    if (/^\s*#/.test(line.text)) {
      if (entry?.start !== undefined) close(line);
      if (/^\s*#,.*\bfuzzy\b/.test(line.text)) isFuzzy = true;
      if (/^\s*#~/.test(line.text)) isFuzzy = false;
      continue;
    }
    const found = keyword.exec(line.text);
    const value = unquote(found ? found[3]! : line.text, line);
    if (!found) {
      if (!append) throw invalid('PO file', line.number, 'a text stands before any keyword');
      append(value);
      if (entry?.start !== undefined) entry.end = line.end;
      continue;
    }
    const [, word, form] = found as unknown as [string, string, string | undefined];
    if (word === 'msgctxt' || word === 'msgid') {
      const current = open(line);
      const key = word === 'msgid' ? 'id' : 'context';
      current[key] = value;
      append = (more) => (current[key] += more);
    } else if (!entry || entry.id === undefined) {
      throw invalid('PO file', line.number, `"${word}" stands before its "msgid"`);
    } else if (word === 'msgid_plural') {
      const current = entry;
      current.idPlural = value;
      append = (more) => (current.idPlural += more);
    } else {
      const current = entry;
      const index = Number(form ?? 0);
      if (index !== current.translations.length) throw invalid('PO file', line.number, `"${word}" is out of order`);
      current.start ??= line.start;
      current.end = line.end;
      current.translations.push(value);
      append = (more) => (current.translations[index] += more);
    }
  }
  close(lines.at(-1)!);
  return entries;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

function unquote(text: string, line: Line): string {
  const found = quoted.exec(text);
  if (!found) throw invalid('PO file', line.number, `a text in double quotes was expected, not ${JSON.stringify(text.trim().slice(0, 40))}`);
  return found[1]!.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
    if (escape.startsWith('x')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8));
    return escapes[escape] ?? escape;
  });
}

/** `msgstr "…"`, over several lines where the text has line breaks. */
export function writePo(word: string, text: string, newline: string): string {
  const quote = (line: string): string => `"${line.replace(/[\\"]/g, '\\$&').replace(/[\n\t\r\u0007\b\f\v]/g, (character) => `\\${Object.keys(escapes).find((key) => escapes[key] === character)}`)}"`;
  const lines = text.split(/(?<=\n)/);
  return lines.length > 1 ? [`${word} ""`, ...lines.map(quote)].join(newline) : `${word} ${quote(text)}`;
}

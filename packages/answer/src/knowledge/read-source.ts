import { TaskError } from '@glm-tasks/core';
import { chunkText, decodeText, readDocument, type DocumentKind, type Passage } from '@glm-tasks/task';
import { findSections, type Section } from './find-sections.ts';
import { readFaq, type Data, type FaqFormat, type FaqRow } from './read-faq.ts';

/** Something to know: a document, or an FAQ. */
export interface Source {
  /** One of its kind; a file name, path or URL, whose extension tells the kind. */
  source: string;
  /** Or `bytes`, whose encoding is found out. */
  text?: string;
  bytes?: Uint8Array;
  /** @default what the extension of the name says, else the first characters */
  kind?: DocumentKind | FaqFormat;
  /** Goes with every passage, for filters. */
  data?: Data;
}

/** A passage with the other wordings of its question, where it is of an FAQ. */
export interface KnownPassage extends Passage {
  variants?: readonly string[];
}

export interface KnownSource {
  source: string;
  /** What offsets count in. Of an FAQ, each question with its variants and answer on lines of their own. */
  text: string;
  passages: KnownPassage[];
}

/** The text of a source and the passages it is cut into. Those of a document cover every character of its text once. */
export async function readSource({ source, text, bytes, kind, data }: Source, passageSize: number): Promise<KnownSource> {
  const field = (name: string, wanted: string) => new TaskError('invalid_input', `"${name}" of the source "${source}" is not ${wanted}.`, { details: { source, field: name } });
  if (typeof source !== 'string' || source === '') throw new TaskError('invalid_input', 'A source has no name in "source".', { details: { field: 'source' } });
  if (text !== undefined && typeof text !== 'string') throw field('text', 'a text');
  if (bytes !== undefined && !(bytes instanceof Uint8Array)) throw field('bytes', 'a Uint8Array');
  if ((text === undefined) === (bytes === undefined)) throw new TaskError('invalid_input', `Give the source "${source}" either "text" or "bytes".`, { details: { source } });
  const content = (text ?? decodeText(bytes as Uint8Array, source).text).replace(/^\uFEFF/, '');
  const format = kind === undefined ? formatOf(source) : isFaqFormat(kind) ? kind : undefined;
  if (format !== undefined) return readEntries(readFaq(content, format, source), source, data);
  const document = readDocument({ text: content, name: source, markHeadings: true, ...(kind === undefined ? {} : { mediaType: mediaTypes[kind as DocumentKind] }) });
  const sections = findSections(document.text, document.kind === 'markdown' ? undefined : (document.headings ?? []));
  const pieces = await Promise.all(sections.map((section) => cutSection(document.text, section, passageSize)));
  return { source, text: document.text, passages: pieces.flat().map((piece, index) => ({ id: nameOf(source, index), source, ...piece, ...withData(data) })) };
}

async function cutSection(text: string, { start, end, title }: Section, maxTokens: number): Promise<Pick<Passage, 'text' | 'start' | 'end' | 'title'>[]> {
  const chunks = await chunkText(text.slice(start, end), { model: sizes, maxTokens });
  return chunks.map((chunk) => ({ ...(title === undefined ? {} : { title }), text: chunk.text, start: start + chunk.start, end: start + chunk.end }));
}

/** A Chinese character counts as one, four other characters do: 400 are 400 characters of Chinese or some 270 English words. */
const sizes = {
  countTokens: async (texts: string[]) => ({ counts: texts.map((text) => (text.length + 3 * (text.match(wide)?.length ?? 0)) / 4), exact: true }),
};
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

function readEntries(rows: readonly FaqRow[], source: string, data: Data | undefined): KnownSource {
  const passages: KnownPassage[] = [];
  let text = '';
  for (const [index, { question, variants, answer, data: own }] of rows.entries()) {
    const start = text.length;
    text += `${[question, ...variants, answer].join('\n')}\n\n`;
    passages.push({ id: nameOf(source, index), source, text: question, start, end: start + question.length, answer, variants, ...withData({ ...data, ...own }) });
  }
  return { source, text, passages };
}

/** Unlike those of any other source: the last # of an id stands before the number. */
function nameOf(source: string, index: number): string {
  return `${source}#${index}`;
}

function withData(data: Data | undefined): { data?: Data } {
  return data === undefined || Object.keys(data).length === 0 ? {} : { data };
}

function formatOf(source: string): FaqFormat | undefined {
  const extension = /\.(json|jsonl|csv|tsv)$/i.exec(source)?.[1]?.toLowerCase();
  return extension === 'tsv' ? 'csv' : (extension as FaqFormat | undefined);
}

function isFaqFormat(kind: string): kind is FaqFormat {
  return kind === 'json' || kind === 'jsonl' || kind === 'csv';
}

const mediaTypes: Record<DocumentKind, string> = { plain: 'text/plain', markdown: 'text/markdown', html: 'text/html', subtitles: 'text/vtt' };

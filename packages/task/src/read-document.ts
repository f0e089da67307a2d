import { TaskError } from '@glm-tasks/core';
import { readHtml } from './read-html.ts';
import { readSubtitles } from './read-subtitles.ts';

export type DocumentKind = 'plain' | 'markdown' | 'html' | 'subtitles';

export interface DocumentSource {
  text: string;
  /** File name, path or URL; its extension tells the kind. */
  name?: string | undefined;
  /** As a server sends it (`text/html; charset=utf-8`); goes before the name. */
  mediaType?: string | undefined;
  /** Write the headings of HTML with the marks of Markdown (`## Returns`), so that sections can be told apart. @default false */
  markHeadings?: boolean | undefined;
}

export interface ReadableDocument {
  text: string;
  kind: DocumentKind;
  /** Where the headings that were marked begin, in UTF-16 units: a page may show lines that only look like headings. */
  headings?: readonly number[];
}

/**
 * The text of a document that a model should read. Plain text comes back as it is; Markdown too, without its front matter; HTML as
 * what a reader of the page sees; subtitles as what is said. The media type decides, then the extension of the name, and without
 * either the first characters, where they leave no doubt (`<!doctype html>`, `WEBVTT`, a numbered time range).
 *
 * @throws TaskError `invalid_input` where a document has no readable text at all
 * @example
 * readDocument({ text: '<p>It is <b>open</b>.</p>', name: 'news.html' }); // { text: 'It is open.', kind: 'html' }
 */
export function readDocument({ text, name, mediaType, markHeadings }: DocumentSource): ReadableDocument {
  const document = readAs(kindOf({ text, name, mediaType }), text, markHeadings);
  if (document.text.trim() === '' && text.trim() !== '') {
    const hint = document.kind === 'html' ? '; if a script writes the page, save it from a browser that shows it' : '';
    throw new TaskError('invalid_input', `${name ?? 'The document'} has no readable text in it (read as ${document.kind})${hint}.`, {
      details: { kind: document.kind, ...(name === undefined ? {} : { name }) },
    });
  }
  return document;
}

function readAs(kind: DocumentKind, text: string, markHeadings: boolean | undefined): ReadableDocument {
  if (kind === 'html') {
    const { text: seen, headings } = readHtml(text, { markHeadings });
    return { kind, text: seen, ...(markHeadings ? { headings } : {}) };
  }
  if (kind === 'markdown') return { kind, text: dropFrontMatter(text) };
  const spoken = kind === 'subtitles' ? readSubtitles(text) : undefined;
  // A file of that name without a single cue is a text, and nothing of it may be lost.
  return spoken === undefined ? { kind: 'plain', text } : { kind, text: spoken };
}

function kindOf({ text, name, mediaType }: DocumentSource): DocumentKind {
  const type = mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const extension = /\.(\w+)(?:[?#].*)?$/.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  return mediaTypes.get(type) ?? extensions.get(extension) ?? kindOfContent(text);
}

const mediaTypes = new Map<string, DocumentKind>([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/markdown', 'markdown'],
  ['text/x-markdown', 'markdown'],
  ['text/vtt', 'subtitles'],
  ['text/srt', 'subtitles'],
  ['application/x-subrip', 'subtitles'],
  ['text/plain', 'plain'],
]);

const extensions = new Map<string, DocumentKind>([
  ['html', 'html'],
  ['htm', 'html'],
  ['xhtml', 'html'],
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['srt', 'subtitles'],
  ['vtt', 'subtitles'],
  ['txt', 'plain'],
  ['text', 'plain'],
]);

function kindOfContent(text: string): DocumentKind {
  const head = text.slice(0, 4_096);
  if (/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html)[\s>]/i.test(head)) return 'html';
  const isSubtitles = /^\s*(?:WEBVTT(?:[ \t\r\n]|$)|\d+[ \t]*\r?\n\d{1,2}:\d{2}:\d{2}[.,]\d{3}\s*-->)/.test(head);
  return isSubtitles ? 'subtitles' : 'plain';
}

/** Without the YAML or TOML block at the top. What stands between two rules without being one is text. */
function dropFrontMatter(markdown: string): string {
  const block = /^(---|\+\+\+)[ \t]*\r?\n([^]*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(markdown);
  if (block === null) return markdown;
  const [all, fence, inside = ''] = block;
  const entry = fence === '+++' ? /^(?:\s|#|\[|\]|[\w."'-]+\s*=|$)/ : /^(?:\s|#|- |[\]}]|[\w.'"-]+:(?:\s|$)|$)/;
  const lines = inside.split(/\r?\n/);
  const isData = lines.every((line) => entry.test(line)) && lines.some((line) => /^[\w."'-]+\s*[:=]/.test(line));
  return isData ? markdown.slice(all.length).replace(/^(?:[ \t]*\r?\n)+/, '') : markdown;
}

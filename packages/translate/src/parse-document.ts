import { parseHtml } from './formats/html.ts';
import { parseJson } from './formats/json.ts';
import { invalid } from './formats/lines.ts';
import { parseMarkdown } from './formats/markdown.ts';
import { parsePlain } from './formats/plain.ts';
import { parsePo } from './formats/po.ts';
import { parseSrt, parseVtt } from './formats/subtitles.ts';
import { parseYaml } from './formats/yaml.ts';
import type { Format, ParsedDocument, ParseOptions } from './segments.ts';

const parsers = {
  plain: parsePlain,
  markdown: parseMarkdown,
  html: parseHtml,
  json: parseJson,
  yaml: parseYaml,
  po: parsePo,
  srt: parseSrt,
  vtt: parseVtt,
} satisfies Record<Format, (text: string, options: ParseOptions) => ParsedDocument>;

/**
 * Takes a document apart into the texts a translator would work on. Everything else is never touched: `render` edits the document by offsets.
 *
 * @throws TaskError `invalid_input` naming the line, for a file that is not what its format asks
 *
 * @example
 * const document = parseDocument('{ "title": "Hello {name}" }', 'json', { to: 'zh' });
 * document.segments[0]; // { id: 'title', source: 'Hello {name}', place: 'line 1, title', translatable: true }
 * document.render(new Map([['title', '你好，{name}']])); // '{ "title": "你好，{name}" }'
 */
export function parseDocument(text: string, format: Format, options: ParseOptions): ParsedDocument {
  // No two parsers count a byte order mark alike.
  if (text.startsWith('\uFEFF')) {
    const { segments, render } = parseDocument(text.slice(1), format, options);
    return { segments, render: (targets) => `\uFEFF${render(targets)}` };
  }
  try {
    return parsers[format](text, options);
  } catch (error) {
    if (error instanceof RangeError) throw invalid('document', 1, 'it is nested too deep');
    throw error;
  }
}

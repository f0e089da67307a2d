/** A stretch of a text in UTF-16 offsets, with the headings it stands under. */
export interface Section {
  start: number;
  end: number;
  title?: string;
}

interface Heading {
  start: number;
  /** Where its line, or the line that underlines it, ends. */
  end: number;
  level: number;
  title: string;
}

/**
 * The sections of a Markdown text, each from its heading to the next; together they cover every character once. A heading with nothing but
 * another heading below it belongs to that one's section. Not by a Markdown parser: decision 015 has what that costs for a manual of some megabytes.
 * Of a text that was no Markdown, `marked` says where the lines stand that are headings; no other line is one then.
 */
export function findSections(text: string, marked?: readonly number[]): Section[] {
  const headings = marked === undefined ? findHeadings(text) : marked.flatMap((start) => readHeading(text, start));
  const path: Heading[] = [];
  const sections: Section[] = [];
  let start = 0;
  for (const [index, heading] of [{ start: 0, end: 0, level: 0, title: '' }, ...headings].entries()) {
    while (path.length > 0 && (path.at(-1) as Heading).level >= heading.level) path.pop();
    if (heading.level > 0) path.push(heading);
    const end = headings[index]?.start ?? text.length;
    if (index < headings.length && isRule(text.slice(heading.end, end))) continue;
    const title = path.map((above) => above.title).filter((part) => part !== '').join(' > ');
    if (end > start) sections.push({ start, end, ...(title === '' ? {} : { title }) });
    start = end;
  }
  return sections;
}

/** Nothing, or nothing but rules, stands below a heading. */
function isRule(body: string): boolean {
  return !/[^\s=-]/.test(body);
}

const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*\r?$/;
const underline = /^ {0,3}(?:=+|-{2,})[ \t]*\r?$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
/** Blocks of HTML that hold blank lines, by their first line and their last (CommonMark 0.31, 4.6, kinds 1 and 2). */
const htmlBlocks = [
  { first: /^ {0,3}<(?:pre|script|style|textarea)(?:[\s>]|$)/i, last: /<\/(?:pre|script|style|textarea)>/i },
  { first: /^ {0,3}<!--/, last: /-->/ },
] as const;

function findHeadings(markdown: string): Heading[] {
  const headings: Heading[] = [];
  let openFence: string | undefined;
  let openHtml: RegExp | undefined;
  let before = { start: 0, text: '', isAlone: false };
  for (const { 0: line, index: start } of markdown.matchAll(/[^\n]*(?:\n|$)/g)) {
    const text = line.trimEnd();
    const mark = fence.exec(text)?.[1];
    if (openFence !== undefined) {
      if (mark?.startsWith(openFence) && text.trim() === mark) openFence = undefined;
      continue;
    }
    openHtml ??= htmlBlocks.find(({ first }) => first.test(text))?.last;
    if (openHtml !== undefined) {
      if (openHtml.test(text)) openHtml = undefined;
      before = { start, text, isAlone: false };
      continue;
    }
    if (mark !== undefined) openFence = mark;
    const found = readHeading(markdown, start);
    headings.push(...found);
    const isUnderlined = found.length === 0 && underline.test(text) && before.isAlone;
    if (isUnderlined) headings.push({ start: before.start, end: start + line.length, level: text.includes('=') ? 1 : 2, title: plain(before.text) });
    // Only a single line between blank ones is underlined to make a heading; a rule below a table or a list is a rule.
    before = { start, text, isAlone: before.text === '' && /^ {0,3}[^\s>|*+\-#]/.test(text) && found.length === 0 && mark === undefined };
  }
  return headings;
}

/** The heading that the line from here on is, if it is one. */
function readHeading(text: string, start: number): Heading[] {
  const next = text.indexOf('\n', start);
  const end = next < 0 ? text.length : next;
  const [all, marks = '', title = ''] = atx.exec(text.slice(start, end).trimEnd()) ?? [];
  return all === undefined ? [] : [{ start, end, level: marks.length, title: plain(title) }];
}

function plain(heading: string): string {
  return heading.replace(/<!--.*?-->/g, '').replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*`]+/g, '').trim();
}

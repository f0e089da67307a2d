/** A stretch of a text in UTF-16 offsets, with the headings it stands under. */
export interface Section {
  start: number;
  end: number;
  title?: string;
}

interface Heading {
  start: number;
  level: number;
  title: string;
}

/**
 * The sections of a Markdown text, each from its heading to the next; together they cover every character once. A heading with nothing but
 * another heading below it belongs to that one's section. Not by a Markdown parser: decision 015 has what that costs for a manual of some megabytes.
 */
export function findSections(markdown: string): Section[] {
  const headings = findHeadings(markdown);
  const path: Heading[] = [];
  const sections: Section[] = [];
  let start = 0;
  for (const [index, heading] of [{ start: 0, level: 0, title: '' }, ...headings].entries()) {
    while (path.length > 0 && (path.at(-1) as Heading).level >= heading.level) path.pop();
    if (heading.level > 0) path.push(heading);
    const end = headings[index]?.start ?? markdown.length;
    if (index < headings.length && !hasBody(markdown.slice(start, end))) continue;
    const title = path.map((above) => above.title).filter((text) => text !== '').join(' > ');
    if (end > start) sections.push({ start, end, ...(title === '' ? {} : { title }) });
    start = end;
  }
  return sections;
}

function hasBody(section: string): boolean {
  return section.split('\n').some((line, index, lines) => line.trim() !== '' && !atx.test(line) && !underline.test(line) && !underline.test(lines[index + 1] ?? ''));
}

const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*\r?$/;
const underline = /^ {0,3}(?:=+|-{2,})[ \t]*\r?$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;

function findHeadings(markdown: string): Heading[] {
  const headings: Heading[] = [];
  let openFence: string | undefined;
  let before = { start: 0, text: '', isAlone: false };
  for (const { 0: line, index: start } of markdown.matchAll(/[^\n]*(?:\n|$)/g)) {
    const text = line.trimEnd();
    const mark = fence.exec(text)?.[1];
    if (openFence !== undefined) {
      if (mark?.startsWith(openFence) && text.trim() === mark) openFence = undefined;
      continue;
    }
    if (mark !== undefined) openFence = mark;
    const marks = atx.exec(text);
    if (marks !== null) headings.push({ start, level: (marks[1] as string).length, title: plain(marks[2] ?? '') });
    else if (underline.test(text) && before.isAlone) headings.push({ start: before.start, level: text.includes('=') ? 1 : 2, title: plain(before.text) });
    // Only a single line between blank ones is underlined to make a heading; a rule below a table or a list is a rule.
    before = { start, text, isAlone: before.text === '' && /^ {0,3}[^\s>|*+\-#]/.test(text) && marks === null && mark === undefined };
  }
  return headings;
}

function plain(heading: string): string {
  return heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*`]+/g, '').trim();
}

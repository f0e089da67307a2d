export type HtmlLines = ReturnType<typeof createLines>;

interface Line {
  text: string;
  /** A blank line stands before it. */
  apart: boolean;
  isHeading?: boolean;
}

/** Deeper lists stand no further in: spaces would outgrow the text. */
const DEEPEST_INDENT = 8;

/** Collects the text of a page line by line, with the white space that a browser would show. */
export function createLines(): {
  add(text: string): void;
  /** Of the line that begins. */
  markHeading(level: number): void;
  endLine(options?: { apart?: boolean }): void;
  breakLine(): void;
  openPre(): void;
  closePre(): void;
  openList(first: number | undefined): void;
  closeList(): void;
  openItem(): void;
  closeItem(): void;
  openRow(): void;
  openCell(): void;
  closeRow(): void;
  /** The text, and where the headings begin that were marked. */
  finish(): { text: string; headings: number[] };
} {
  const lines: Line[] = [];
  /** The next number of each open list; undefined for one with dashes. */
  const lists: { next: number | undefined }[] = [];
  /** For each open row, the line where each of its cells starts, and whether the row stands apart. */
  const rows: { cells: number[]; apart: boolean }[] = [];
  let current = '';
  let marker = '';
  let isApart = false;
  let isHeading = false;
  let preformatted = 0;

  const endLine = ({ apart = false } = {}) => {
    const text = preformatted > 0 ? keepSpace(current) : collapseSpace(current);
    current = '';
    if (text !== '') {
      lines.push({ text: marker + text, apart: isApart, isHeading });
      marker = '';
      isApart = false;
      isHeading = false;
    }
    // Lists stay tight.
    if (apart && lists.length === 0) isApart = true;
  };

  const closeRow = () => {
    endLine();
    const { cells, apart } = rows.pop() ?? { cells: [], apart: false };
    const texts = cells.map((start, index) => lines.slice(start, cells[index + 1] ?? lines.length).map(({ text }) => text));
    // Cells of more than a line are the layout of a page, not data.
    if (texts.flat().length === 0 || texts.some(([text = '', ...more]) => more.length > 0 || text.includes('\n'))) return;
    lines.splice(cells[0] as number);
    lines.push({ text: texts.map(([text = '']) => text).join(' | ').trimEnd(), apart });
    isApart = false;
  };

  return {
    endLine,
    closeRow,
    add(text) {
      current += text;
    },
    markHeading(level) {
      current += `${'#'.repeat(level)} `;
      isHeading = true;
    },
    breakLine() {
      if (preformatted > 0) current += '\n';
      else endLine();
    },
    openPre() {
      endLine({ apart: true });
      preformatted++;
    },
    closePre() {
      endLine({ apart: true });
      preformatted = Math.max(0, preformatted - 1);
    },
    openList(first) {
      endLine({ apart: true });
      lists.push({ next: first });
    },
    closeList() {
      endLine();
      lists.pop();
      endLine({ apart: true });
    },
    openItem() {
      endLine();
      const list = lists.at(-1);
      marker = `${'  '.repeat(Math.min(Math.max(0, lists.length - 1), DEEPEST_INDENT))}${list?.next === undefined ? '-' : `${list.next++}.`} `;
    },
    closeItem() {
      endLine();
      marker = '';
    },
    openRow() {
      endLine();
      rows.push({ cells: [], apart: isApart });
    },
    openCell() {
      endLine();
      rows.at(-1)?.cells.push(lines.length);
    },
    finish() {
      endLine();
      let whole = '';
      const headings: number[] = [];
      for (const [index, { text, apart, isHeading: isMarked }] of lines.entries()) {
        whole += index === 0 ? '' : apart ? '\n\n' : '\n';
        if (isMarked) headings.push(whole.length);
        whole += text;
      }
      return { text: whole, headings };
    },
  };
}

/** One space for each stretch of white space, none where only the source broke a line between two ideographs. */
function collapseSpace(text: string): string {
  return dropUnseen(text).replace(sourceBreak, '').replace(/[ \t\n\r\f]+/g, ' ').replaceAll('\u00A0', ' ').trim();
}

const wide = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF01-\uFF60]`;
const sourceBreak = new RegExp(`(?<=${wide})[ \\t]*[\\r\\n][ \\t\\r\\n]*(?=${wide})`, 'gu');

function keepSpace(text: string): string {
  return dropUnseen(text).replace(/^\r?\n/, '').trimEnd();
}

/** Soft hyphens and zero-width spaces say where a browser may break a word; to a model they are letters. */
function dropUnseen(text: string): string {
  return text.replace(/[\u00AD\u200B]/g, '');
}

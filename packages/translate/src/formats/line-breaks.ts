/** Written without spaces between words. */
const wide = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3000-\\u303F\\uFF00-\\uFFEF';
const wideCharacter = new RegExp(`[${wide}]`, 'u');
/** What a line breaker may not cut: a tag, a placeholder, a word; of a script without spaces, what a dictionary takes for words. */
const piece = new RegExp(`<[^<>]*>|\\{[^{}]*\\}|[${wide}]+|[^\\s<{${wide}]+|\\s+|[<{]`, 'gu');
const wordSegmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** These never begin a line, or never end one. */
const closes = /^[,.!?:;%)\]}’”»，。、！？：；％）】」』》〉…ー々]/u;
const opens = /[([{‘“«（【「『《〈]$/u;

/** Columns: a Han character takes two; tags of subtitles none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(/<[^<>]*>|\{\\[^{}]*\}/g, '')) width += wideCharacter.test(character) || /\p{Script=Hangul}/u.test(character) ? 2 : /\p{M}|[\u200B-\u200F\uFEFF]/u.test(character) ? 0 : 1;
  return width;
}

/** Lines as one: a space between words, none between characters of a script that has none. */
export function joinLines(lines: string[]): string {
  return lines.reduce((text, line) => {
    const next = line.trim();
    if (text === '' || next === '') return text + next;
    const together = wideCharacter.test(text.at(-1)!) && wideCharacter.test(next[0]!);
    return `${text.trimEnd()}${together ? '' : ' '}${next}`;
  }, '');
}

/** The same for a text that stands inside of a line, whose own ends keep their white space. */
export function joinInside(text: string): string {
  if (!text.includes('\n')) return text;
  const [before, after] = [/^\s*/.exec(text)![0], /\s*$/.exec(text)![0]];
  const ends = [before, after].map((space) => space.replace(/\s*\n\s*/g, ' '));
  return text.trim() === '' ? ends[0]! : `${ends[0]}${joinLines(text.trim().split('\n'))}${ends[1]}`;
}

/** Lines no wider than `width`, where words allow. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of splitPieces(text)) {
    if (line !== '' && widthOf((line + word).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else line += word;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}

/** The text in this many lines of like width; fewer where it has fewer places to break. */
export function wrapToLines(text: string, count: number): string[] {
  if (count <= 1) return [text];
  let [low, high] = [1, widthOf(text)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (wrapText(text, middle).length <= count) high = middle;
    else low = middle + 1;
  }
  let lines = wrapText(text, low);
  // Greedy lines may need fewer than were asked for: the longest that can be is broken again.
  while (lines.length < count) {
    const broken = lines.map((line) => ({ line, halves: halve(line) })).filter(({ halves }) => halves.length === 2).sort((a, b) => widthOf(b.line) - widthOf(a.line))[0];
    if (!broken) break;
    lines = lines.flatMap((line) => (line === broken.line ? broken.halves : [line]));
  }
  return lines.slice(0, count);
}

function halve(line: string): string[] {
  for (let width = Math.ceil(widthOf(line) / 2); width < widthOf(line); width++) {
    const lines = wrapText(line, width);
    if (lines.length === 2) return lines;
  }
  return [line];
}

function* splitWords(text: string): Generator<string> {
  for (const [part] of text.matchAll(piece)) {
    if (!wideCharacter.test(part) || /^[<{]/.test(part)) yield part;
    else for (const { segment } of wordSegmenter.segment(part)) yield segment;
  }
}

/** Stretches between which a line may end. */
function splitPieces(text: string): string[] {
  const words: string[] = [];
  let joins = false;
  for (const part of splitWords(text)) {
    const last = words.at(-1);
    const isSpace = /^\s/.test(part);
    const isTag = /^<.|^\{\\/.test(part);
    const touches = last !== undefined && !/\s$/.test(last);
    const both = touches && !wideCharacter.test(last.at(-1)!) && !wideCharacter.test(part[0]!);
    if (last !== undefined && (isSpace || joins || closes.test(part) || (touches && (isTag || opens.test(last))) || both)) words[words.length - 1] = last + part;
    else words.push(part);
    joins = isTag && !part.startsWith('</');
  }
  return words;
}

import { cutSentences, stripReasoning, stripWrapping } from '@glm-tasks/task';

/** Lines that belong to a manuscript and not to a story: headings, rules, lengths, "The end". */
const OFF_STORY = [
  /^#{1,6}\s/u,
  /^(?:chapter|scene|part|title|act)\s*(?:\d+|[ivx]+|one|two|three|four|five|six)?\s*[:.\-–—]?[^.!?]{0,60}$/iu,
  /^[《【(（]?第[一二三四五六七八九十百零〇\d]{1,5}[章节回幕部][^。！？]{0,30}$/u,
  /^(?:[-*_=~—]\s*){2,}$/u,
  /^[[(（【]?\s*(?:word count|words?|total words|字数|全文|本章)\s*[:：]?\s*(?:约|about)?\s*\d+/iu,
  /^[[(（【*]*(?:the end|to be continued|end of (?:the )?(?:chapter|story)[^.]{0,20}|全书完|全文完|本章完|完|未完待续|待续)[.。…!！]*[\])）】*]*$/iu,
];

/** The prose of what a model wrote: paragraphs with an empty line between them, no headings, no Markdown, Chinese with Chinese marks. */
export function cleanProse(raw: string): string {
  const lines = stripWrapping(stripReasoning(raw)).split('\n').map((line) => cleanLine(line.trim()));
  const prose = lines.filter((line) => /[\p{L}\p{N}]/u.test(line) && !OFF_STORY.some((pattern) => pattern.test(line)));
  // What ends in a letter before another line begins is a heading or a list of names; the last line may still be growing.
  return prose.filter((line, index) => index === prose.length - 1 || !/[\p{L}\p{N}]$/u.test(line)).join('\n\n');
}

/** All sentences but an unfinished last one; paragraphs whose quotation a cut left open are closed. */
export function endAtSentence(text: string): string {
  const sentences = cutSentences(text);
  while (sentences.length > 0 && !/[.!?。！？…”’"』」）)]\s*$/u.test(sentences.at(-1) ?? '')) sentences.pop();
  return closeQuotes(sentences.join('').trimEnd());
}

/** An open quotation at the end of a paragraph ends with it. */
export function closeQuotes(text: string): string {
  return text.split('\n\n').map(closeQuote).join('\n\n');
}

function closeQuote(paragraph: string): string {
  for (const [open, close] of ['“”', '「」', '『』'] as const) {
    // Opened at the beginning for a sentence that tells, and again for what is said in it: “他笑着说：“走吧。”
    if (paragraph.startsWith(open!) && paragraph.slice(1, Math.max(1, paragraph.indexOf(close!))).includes(open!)) return closeQuote(paragraph.slice(1));
    const missing = paragraph.split(open!).length - paragraph.split(close!).length;
    if (missing > 0) return paragraph + close;
    if (missing < 0 && paragraph.endsWith(close! + close!)) return paragraph.slice(0, -1);
    // What it closed was cut away.
    if (missing < 0 && paragraph.indexOf(close!) < (paragraph.includes(open!) ? paragraph.indexOf(open!) : Infinity)) return paragraph.replace(close!, '');
  }
  return (paragraph.split('"').length - 1) % 2 === 1 ? `${paragraph}"` : paragraph;
}

/** Said behind the last sentence of a story. */
const THE_END = /(?<=[.!?。！？”"]\s*)[（(]?(?:the end|全文完|全书完|完)[.。!！]?[）)]?$/iu;

const HALF_WIDTH: Record<string, string> = { ',': '，', ';': '；', ':': '：', '!': '！', '?': '？', '.': '。' };

function cleanLine(line: string): string {
  const plain = line.replace(/\*\*|__|^>\s+|^[-*•]\s+(?=\S)/gu, '').replace(/(?<![\p{L}\p{N}])\*(?=\S)|(?<=\S)\*(?![\p{L}\p{N}])/gu, '').trim().replace(THE_END, '').trim();
  if (!/\p{Script=Han}/u.test(plain)) return plain;
  const marked = plain.replace(/(?<=[\p{Script=Han}”」])[,;:!?](?=\s*(?:[\p{Script=Han}“"「]|$))|(?<=\p{Script=Han})\.(?=$|["”])/gu, (mark) => HALF_WIDTH[mark] ?? mark);
  return curlQuotes(marked.replace(/(?<=[\p{Script=Han}，。！？；：”“])\s+(?=[\p{Script=Han}，。！？；：“”])/gu, ''));
}

/** Straight quotation marks in pairs, as Chinese prints them. */
function curlQuotes(line: string): string {
  if ((line.split('"').length - 1) % 2 === 1) return line;
  let isOpen = false;
  return line.replaceAll('"', () => {
    isOpen = !isOpen;
    return isOpen ? '“' : '”';
  });
}

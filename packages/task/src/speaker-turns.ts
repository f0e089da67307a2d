/** What one speaker says before another name is called, in UTF-16 offsets: the name that opens it included, up to the next turn. */
export interface Turn {
  speaker: string;
  start: number;
  end: number;
}

interface Label {
  speaker: string;
  start: number;
  timed: boolean;
}

const FEWEST_TURNS = 3;

/**
 * The turns of a transcript, in order and without a gap from the first name to the end of the text. Undefined where the text is no transcript:
 * fewer than three turns, nobody who speaks twice (unless times stand beside the names), or mostly something else. Names stand at the
 * beginning of a line, before a colon or alone with a time: `Mary Smith: …`, `主持人：…`, `[00:12:03] Mary: …`, `**Mary** (12:03): …`,
 * `张三 00:12`. Words that open notes, fields and sections (`Note:`, `Date:`, `结论：`) are no names.
 *
 * @example
 * const turns = findTurns('Ann: Shall we?\nBen: Yes.\nAnn: Good.'); // [{ speaker: 'Ann', start: 0, end: 15 }, …]
 */
export function findTurns(text: string): Turn[] | undefined {
  const { labels, lines } = findLabels(text);
  if (!isTranscript(labels, lines, text.length)) return undefined;
  return labels.map(({ speaker, start }, index) => ({ speaker, start, end: labels[index + 1]?.start ?? text.length }));
}

/** Who speaks at an offset; undefined before the first turn. */
export function speakerAt(turns: readonly Turn[], offset: number): string | undefined {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((turns[middle] as Turn).end <= offset) low = middle + 1;
    else high = middle;
  }
  const turn = turns[low];
  return turn && turn.start <= offset ? turn.speaker : undefined;
}

function isTranscript(labels: readonly Label[], lines: number, length: number): boolean {
  const [first] = labels;
  if (first === undefined || labels.length < FEWEST_TURNS) return false;
  if (first.start > length / 2 || labels.length * 10 < lines) return false;
  const times = new Map<string, number>();
  for (const { speaker } of labels) times.set(speaker, (times.get(speaker) ?? 0) + 1);
  // One name alone may be the title of something that comes again and again, unless every other line has it.
  if (times.size < 2 && labels.length * 2 < lines) return false;
  const repeated = labels.filter(({ speaker, timed }) => timed || (times.get(speaker) ?? 0) > 1);
  return repeated.length * 2 >= labels.length;
}

function findLabels(text: string): { labels: Label[]; lines: number } {
  const labels: Label[] = [];
  let lines = 0;
  let insideFence = false;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + LONGEST_LABEL));
    if (/^ {0,3}(?:```|~~~)/.test(line)) insideFence = !insideFence;
    if (line.trim() !== '') lines++;
    const label = insideFence || !/[:：]/.test(line) ? undefined : readLabel(line, text.slice(end + 1, end + 1 + LONGEST_LABEL));
    if (label) labels.push({ ...label, start });
    start = end + 1;
  }
  return { labels, lines };
}

const LONGEST_LABEL = 120;
const time = String.raw`[\[(（【]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])）】]?`;
const name = String.raw`\p{L}[\p{L}\p{M}\p{N} .'’&/·•（）()#_-]{0,39}?`;
/** The colon of 12：30 or of a URL calls nobody. */
const colon = String.raw`(?:(?<!\d)：|：(?!\d{2}(?!\d))|:(?=\s|$|\*\*|[^\x00-\x7f]))`;
const named = new RegExp(String.raw`^[ \t]{0,3}(?:>>[ \t]*)?(?<before>${time}[ \t]*[-–—]?[ \t]*)?(?:\*\*)?(?<name>${name})(?:\*\*)?[ \t]*(?<after>${time})?(?:\*\*)?[ \t]*${colon}(?:\*\*)?(?<said>.*)`, 'u');
const headed = new RegExp(String.raw`^[ \t]{0,3}(?:\*\*)?(?<name>${name})(?:\*\*)?(?:[ \t]+|(?=[(（\[【]))${time}[ \t]*$`, 'u');

function readLabel(line: string, following: string): Omit<Label, 'start'> | undefined {
  const isFollowed = /^[ \t]*\S/.test(following);
  const { before, name, after, said } = named.exec(line)?.groups ?? {};
  if (name !== undefined) {
    const timed = (before ?? after) !== undefined;
    return isName(name, timed) && (isFollowed || said?.trim()) ? { speaker: name.trim(), timed } : undefined;
  }
  const alone = headed.exec(line)?.groups?.['name'];
  // A timetable has one such line after the other.
  if (alone === undefined || !isFollowed || headed.test(following.split('\n', 1)[0] as string)) return undefined;
  return isName(alone, true) ? { speaker: alone.trim(), timed: true } : undefined;
}

function isName(name: string, timed: boolean): boolean {
  const plain = name.replace(/[（(].*$/u, '').trim();
  if (plain === '' || noName.test(plain) || noNameInChinese.test(plain)) return false;
  if ((plain.match(/\p{Script=Han}/gu)?.length ?? 0) > 16) return false;
  const words = plain.split(/[\s/&]+/u).filter((word) => word !== '');
  // "bob_92: hello" is a name in a chat, where times stand beside it, and a key elsewhere.
  if (timed && words.length === 1) return true;
  return words.length <= 5 && !/^\p{Ll}/u.test(plain) && words.every((word) => !/^\p{Ll}/u.test(word) || /^(?:of|the|and|for|de|da|di|du|del|der|den|van|von|la|le|el|al|bin|ibn|y|e)$/.test(word));
}

const noName =
  /^(?:notes?|nb|warnings?|cautions?|tips?|hints?|important|attention|errors?|info|debug|trace|fatal|warn|todo|fixme|ps|p\.s\.|examples?|e\.g\.|i\.e\.|summary|abstract|overview|background|introduction|conclusions?|results?|methods?|discussion|title|subject|topics?|dates?|times?|place|location|venue|authors?|editors?|sources?|keywords|tags|from|to|cc|bcc|re|sent|attachments?|present|absent|attendees|participants|apologies|agenda|name|age|sex|address|phone|tel|fax|e-?mail|website|urls?|links?|https?|versions?|prices?|total|status|types?|descriptions?|usage|inputs?|outputs?|returns?|see|updates?|edit|by|licen[cs]es?|homepage|repositor(?:y|ies)|extends|implements|pros|cons|actions?|action items?|decisions?|deadlines?|owners?|next steps?|theorem|lemma|proof|definition|corollary|remarks?|claim|exercise|problem|solution|given|when|then|(?:step|chapter|section|figure|fig\.?|table|part|day|week|option|item|point|page|line|no\.?|act|scene|slide|lesson|unit|appendix)\b.*|[b-pr-z])$/iu;
const noNameInChinese =
  /^(?:注意?|提示|备注|備註|警告|说明|說明|摘要|概要|关键词|關鍵詞|标题|標題|原标题|题目|題目|主题|主題|时间|時間|地点|地點|日期|作者|来源|來源|编辑|編輯|责编|出席|列席|缺席|(?:参会|与会|參會|與會|出席|参加)(?:人员|人員|者)|记录|记录人|電話|电话|邮箱|郵箱|地址|网址|網址|姓名|年龄|年齡|性别|性別|单位|單位|价格|價格|总计|合计|结论|結論|结果|結果|目的|背景|方法|原因|建议|建議|议题|議題|议程|議程|决定|決定|决议|決議|行动项|待办|步骤|步驟|例|附|附件|链接|連結|首先|其次|再次|最后|最後|总之|總之|另外|此外|第.{1,4}|[一二三四五六七八九十]+[、是].*|.*(?:说|說|说道|问道|答道|寫道|写道|表示|指出|认为|認為|强调|強調|如下|例如|比如|包括|显示|顯示))$/u;

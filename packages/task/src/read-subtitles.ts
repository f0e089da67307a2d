/** Captions that follow at once repeat what still stands on the screen; a pause means that it was said again. In seconds. */
const ROLLING_GAP = 0.1;
/** A pause that ends a line of text, in seconds. */
const PAUSE = 2;
/** Captions of speech recognition have no full stops; from here on a line takes no more. In UTF-16 units. */
const LONGEST_LINE = 300;

interface Cue {
  start: number;
  end: number;
  captions: Caption[];
}

interface Caption {
  /** As in `<v Mary>`; names that stand in the text itself stay there. */
  speaker?: string | undefined;
  text: string;
}

/**
 * What is said in SubRip (.srt) or WebVTT (.vtt) subtitles, without numbers, times and tags, as running text: a new line for a new
 * speaker (`Mary: …`), behind the end of a sentence and behind a pause. Lines that rolling captions repeat stand once. Undefined where
 * there is no cue.
 *
 * @example
 * readSubtitles('1\n00:00:01,000 --> 00:00:02,000\nThe bridge\n\n2\n00:00:02,000 --> 00:00:03,000\nis open.'); // 'The bridge is open.'
 */
export function readSubtitles(source: string): string | undefined {
  const cues = findCues(source);
  if (cues.length === 0) return undefined;
  const lines: string[] = [];
  let previous: Cue = { start: -Infinity, end: -Infinity, captions: [] };
  let speaker: string | undefined;
  for (const cue of cues) {
    const repeated = cue.start - previous.end <= ROLLING_GAP ? countRepeated(previous.captions, cue.captions) : 0;
    let joins = cue.start - previous.end < PAUSE;
    for (const caption of cue.captions.slice(repeated)) {
      const line = lines.at(-1);
      const startsTurn = caption.speaker !== speaker || turnStart.test(caption.text);
      const hasRoom = line !== undefined && line.length < LONGEST_LINE && !sentenceEnd.test(line);
      if (hasRoom && joins && !startsTurn) lines[lines.length - 1] = join(line, caption.text);
      else lines.push(caption.speaker === undefined ? caption.text : `${caption.speaker}: ${caption.text}`);
      speaker = caption.speaker;
      joins = true;
    }
    previous = cue;
  }
  return lines.join('\n');
}

/** "- Yes.", ">> Yes.", "MARY: Yes." */
const turnStart = /^(?:[-–—‐]\s*\S|>>|[\p{Lu}\p{Script=Han}[(（【][^:：]{0,40}[:：])/u;
const sentenceEnd = /[.!?。！？…♪)\]）】]["'”’」』]*$/u;

/** How many captions at the start of a cue are the last ones of the cue before. */
function countRepeated(before: readonly Caption[], captions: readonly Caption[]): number {
  const isSame = (a: Caption | undefined, b: Caption | undefined) => a?.text === b?.text && a?.speaker === b?.speaker;
  for (let count = Math.min(before.length, captions.length); count > 0; count--) {
    if (captions.slice(0, count).every((caption, index) => isSame(caption, before[before.length - count + index]))) return count;
  }
  return 0;
}

function join(line: string, text: string): string {
  return /[\p{Script=Han}，、；：]$/u.test(line) && /^[\p{Script=Han}，、；：]/u.test(text) ? line + text : `${line} ${text}`;
}

function findCues(source: string): Cue[] {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const isVtt = /^WEBVTT(?:\s|$)/.test(lines[0] as string);
  const cues: Cue[] = [];
  let lastNumber = 0;
  let texts: string[] = [];
  const endTexts = () => {
    const captions = readCaptions(isVtt ? dropBlocks(texts) : texts);
    const cue = cues.at(-1);
    if (cue !== undefined) cue.captions = captions;
    // SubRip has no header: what stands before its first cue is text.
    else if (!isVtt && captions.length > 0) cues.push({ start: -Infinity, end: -Infinity, captions });
    texts = [];
  };
  for (const line of lines) {
    const time = timing.exec(line);
    if (time === null) {
      texts.push(line);
      continue;
    }
    const name = texts.at(-1) ?? '';
    const standsAlone = (texts.at(-2) ?? '').trim() === '';
    const number = /^\s*\d+\s*$/.test(name) ? Number(name) : undefined;
    // Text may be a number too: then another number, or a blank line, stands between it and the next times.
    if (number === undefined ? isVtt && standsAlone : standsAlone || number === lastNumber + 1) texts.pop();
    endTexts();
    if (number !== undefined) lastNumber = number;
    cues.push({ start: seconds(time[1] as string), end: seconds(time[2] as string), captions: [] });
  }
  if (cues.length > 0) endTexts();
  return cues;
}

const timing = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?$/;

function seconds(time: string): number {
  return time.replace(',', '.').split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/** Comments and style sheets of WebVTT: from their first line, which follows a blank one, to the next blank line. */
function dropBlocks(lines: readonly string[]): string[] {
  let isInside = false;
  return lines.filter((line, index) => {
    const isBlank = line.trim() === '';
    if (isBlank) isInside = false;
    else if (lines[index - 1]?.trim() === '' && /^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(line)) isInside = true;
    return !isInside && !isBlank;
  });
}

function readCaptions(lines: readonly string[]): Caption[] {
  const captions: Caption[] = [];
  let speaker: string | undefined;
  for (const line of lines.join('\n').replace(/<br\s*\/?>/gi, '\n').replace(/(?=<v[.\s])/gi, '\n').split('\n')) {
    speaker = /^<v(?:\.[^\s>]*)?\s+([^>]+)>/i.exec(line)?.[1]?.trim() ?? speaker;
    const text = cleanCaption(line);
    if (text !== '') captions.push({ speaker, text });
    if (/<\/v>\s*$/i.test(line)) speaker = undefined;
  }
  return captions;
}

function cleanCaption(line: string): string {
  const text = line
    .replace(/<\/?(?:i|b|u|s|c|v|em|font|lang|ruby|rt|span|strong)(?:[.\s][^<>]*)?>|<(?:\d+:)?\d{1,2}:\d{2}\.\d{3}>|\{\\[^{}]*\}/gi, '')
    .replace(/&(?:amp|lt|gt|quot|nbsp|lrm|rlm|#39);/g, (entity) => entities[entity] as string);
  return text.replace(/\s+/g, ' ').trim();
}

const entities: Record<string, string> = {
  '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ', '&lrm;': '', '&rlm;': '',
};

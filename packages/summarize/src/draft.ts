import { measureLength, trimToTarget } from '@glm-tasks/task';
import type { SummaryTarget } from './length-target.ts';
import type { TextFormat } from './prompts.ts';

/** A summary in its format. */
export interface Draft {
  summary: string;
  points?: string[];
  headline?: string;
}

const bullet = /^\s*(?:[-*•·‣◦–]|\(?\d{1,2}[.)、．）]|[一二三四五六七八九十]{1,2}、|[①-⑳])\s*/u;

/** Reads the model's text as the format wants it. */
export function readDraft(text: string, format: TextFormat): Draft {
  if (format === 'key-points') return draftPoints(readPoints(text));
  if (format === 'headline') {
    const headline = (text.split('\n').find((line) => line.trim() !== '') ?? '').replace(bullet, '').replace(/^\*\*(.*)\*\*$/, '$1').replace(/[。.]\s*$/, '').trim();
    return { summary: headline, headline };
  }
  return { summary: sayDirectly(joinLines(text)) };
}

/** Sentences from several answers, as the format wants them. */
export function joinSentences(sentences: string[], format: TextFormat): Draft {
  return format === 'key-points' ? draftPoints(sentences) : { summary: joinLines(sentences.map(endSentence).join('\n')) };
}

/** One sentence made of several. */
export function joinClauses(sentences: readonly string[]): Draft {
  const isChinese = /\p{Script=Han}/u.test(sentences.join(''));
  const clauses = sentences.map((sentence) => sentence.trim().replace(/[.。!！]$/u, ''));
  return { summary: `${clauses.join(isChinese ? '；' : '; ')}${isChinese ? '。' : '.'}` };
}

/** One that was left open would run into the next. */
function endSentence(sentence: string): string {
  if (/[.!?。！？…:：;；"”’」』）)]\s*$/u.test(sentence)) return sentence;
  return `${sentence.trimEnd().replace(/[，、,]$/u, '')}${/\p{Script=Han}\P{L}*$/u.test(sentence) ? '。' : '.'}`;
}

/** "The text states that a bridge comes." -> "A bridge comes.": small models talk about the text whatever they are told. */
function sayDirectly(text: string): string {
  const attribution = /\b(?:The|This) (?:text|article|passage|paragraph|document|speech|author|report) (?:also )?(?:says|states|mentions|notes|explains|argues|emphasizes|highlights|adds|reports|suggests) that (\p{L})/gu;
  return text.replace(attribution, (_, letter: string) => letter.toUpperCase());
}

export function missedTarget(draft: Draft, { unit, min, max }: SummaryTarget): number {
  const length = unit === 'points' ? (draft.points?.length ?? 0) : measureLength((draft.points ?? [draft.summary]).join('\n'), unit);
  return length > max ? length - max : Math.min(0, length - min);
}

export function isCloser(candidate: Draft, draft: Draft, target: SummaryTarget): boolean {
  return candidate.summary !== '' && Math.abs(missedTarget(candidate, target)) < Math.abs(missedTarget(draft, target));
}

/** Cuts what is too long at the end of a point or sentence. A headline is never cut. */
export function trimDraft(draft: Draft, target: SummaryTarget): Draft {
  if (draft.headline !== undefined) return draft;
  if (draft.points) {
    const points = [...draft.points];
    while (points.length > 1 && missedTarget({ summary: '', points }, target) > 0) points.pop();
    return draftPoints(points);
  }
  return target.unit === 'points' ? draft : { summary: trimToTarget(draft.summary, target) };
}

/** "The text discusses the need for a bridge." -> "The need for a bridge.": a point may be a phrase, and needs no opening. */
function sayAsPhrase(point: string): string {
  const opening = /^(?:(?:The|This) (?:text|article|passage|paragraph|document|speech|author|speaker|report)|It) (?:also )?(?:discusses|describes|emphasizes|highlights|outlines|addresses|focuses on|talks about|covers|mentions) (?=(?:the|a|an|its|their|how|why|what)\b)/i;
  const direct = point.replace(opening, '').replace(/^(?:文章|本文|文中|文本|全文)(?:还|也)?(?:描述|介绍|讲述|讨论|强调|提到|指出|说明|概述)了?(?:，|：)?/u, '');
  return direct === point ? point : direct.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function draftPoints(said: string[]): Draft {
  const points = said.map((point) => sayAsPhrase(sayDirectly(point)));
  return { summary: points.map((point) => `- ${point}`).join('\n'), points };
}

function readPoints(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Where some lines are marked, the others are headings or talk; where none is, every line is a point.
  const marked = lines.filter((line) => bullet.test(line));
  const points = (marked.length > 0 ? marked : lines).map((line) => line.replace(bullet, '').replaceAll('**', '').trim());
  return [...new Set(points)].filter((point) => /[\p{L}\p{N}]/u.test(point));
}

/** A paragraph is one paragraph; list marks the model put before its sentences go. */
function joinLines(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(bullet, '').trim()).filter((line) => line !== '');
  return lines.join(/\p{Script=Han}/u.test(text) ? '' : ' ');
}

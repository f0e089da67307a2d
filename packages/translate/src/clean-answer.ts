import { stripReasoning } from '@glm-tasks/task';
import { weigh } from './languages.ts';

/** What models say before a translation; never without its colon, because a text may well begin with "Sure" or 好的. */
const preambles = [
  /^(?:sure|certainly|of course|okay|here(?:'s| is| are)|below is|the following is|this is)\b[^\n:：]{0,100}[:：]\s*/i,
  /^(?:the |your )?(?:\w+ ){0,2}(?:translation|translated text|text|answer)(?: (?:of|in|into|to|is)\b[^\n:：]{0,60})?\s*[:：]\s*/i,
  /^(?:english|chinese|英文|英语|中文|简体中文|繁体中文|译文|翻译|答案)(?:翻译|译文|版)?\s*[:：]\s*/i,
  /^(?:好的|当然|没问题|以下|下面|这)[^\n：:]{0,60}[:：]\s*/,
  /^(?:译文|翻译(?:结果|后的(?:文本|结果|内容))?)(?:如下|是|为)\s*[:：]?\s*/,
];
const quotes = ['""', '“”', '「」', '『』', "''", '‘’', '«»', '``'] as const;
const code = /^```[\w-]*\n([\s\S]*?)\n?```$/;
/** Share of the source's size that a whole translation has. */
const ENOUGH = 0.6;
const colonAhead = /^.{0,60}[:：]/su;

/** The answer without reasoning, preamble, code fence and wrapping quotes, unless the source has such a beginning itself. */
export function cleanAnswer(raw: string, source: string): string {
  let text = stripReasoning(raw).trim();
  const mayLead = !colonAhead.test(source.trim());
  const mayWrap = !isWrapped(source.trim());
  for (let before = ''; before !== text; ) {
    before = text;
    if (!source.trim().startsWith('```')) text = text.replace(code, '$1').trim();
    if (mayLead) for (const preamble of preambles) text = text.replace(preamble, '').trim() || text;
    if (mayWrap && isWrapped(text)) text = text.slice(1, -1).trim();
  }
  return source.includes('\n') ? text : joinLines(text, source);
}

/** The first line alone where it says as much as the source, because what follows explains it; else the lines as one. */
function joinLines(text: string, source: string): string {
  const lines = text.split(/\s*\n\s*/u).filter((line) => line !== '');
  const [first = '', ...others] = lines;
  if (others.length === 0 || weigh(first) >= ENOUGH * weigh(source)) return first;
  return lines.reduce((joined, line) => `${joined}${/[\p{Script=Han}。！？，]$/u.test(joined) ? '' : ' '}${line}`);
}

function isWrapped(text: string): boolean {
  const pair = quotes.find(([open]) => text.startsWith(open as string));
  if (!pair || text.length < 3 || !text.endsWith(pair[1] as string)) return false;
  const inner = text.slice(1, -1);
  return !inner.includes(pair[0] as string) && !inner.includes(pair[1] as string);
}

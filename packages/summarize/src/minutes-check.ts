import { createSupportFinder, findLoop, findTerms, repeatsInstructions, splitSentences } from '@glm-tasks/task';
import { findDue, findOwner, listTurns, type Turn } from './minutes-action.ts';
import type { Minutes, MinutesAction, MinutesEntry } from './minutes-merge.ts';
import type { MinutesWording, WrittenMinutes } from './minutes-prompts.ts';

export interface CheckOptions {
  text: string;
  /** Who goes on speaking at its beginning. */
  speaker?: string | undefined;
  wording: MinutesWording;
  focus?: string | undefined;
}

/**
 * Holds what the model wrote about a part of a meeting against that part. Small models fill every list they are shown, and mix them up: what is
 * no entry at all goes, a question is a question and what has an owner an action wherever it stood, and what the part does not bear out is marked:
 * words, numbers and dates it does not have, a decision that comes from a question, an owner who is not named where the task is.
 */
export function checkMinutes(written: WrittenMinutes, options: CheckOptions): Minutes {
  const { text, speaker, wording } = options;
  const find = createSupportFinder(text);
  const turns = listTurns(text, speaker);
  const part = { text, turns, find };
  const isEntry = createEntryTest(options);
  const checked: Minutes = { decisions: [], actions: [], questions: [] };
  const readEntries = (list: readonly string[], speakers: readonly Turn[] = turns): MinutesEntry[] => {
    // The last sentence of an entry as long as may be was cut.
    const sentences = list.flatMap((raw) => splitSentences(raw).slice(0, raw.length < wording.longest ? undefined : -1));
    return sentences.map((raw) => tidyEntry(raw, speakers)).filter(isEntry).map((text) => {
      const { supported, sources } = find(text);
      return { text, sources, supported };
    });
  };
  const addAction = (entry: MinutesEntry): void => {
    const named = findOwner(entry.text, part);
    const due = findDue(entry.text, text);
    const action: MinutesAction = { ...entry, supported: entry.supported && (named === undefined || named.owner !== undefined) };
    checked.actions.push({ ...action, ...(named?.owner === undefined ? {} : { owner: named.owner }), ...(due === undefined ? {} : { due }) });
  };

  for (const entry of readEntries(written.decisions)) {
    if (isQuestion(entry.text)) checked.questions.push(entry);
    else if (isTask(entry.text) && findOwner(entry.text, part)?.owner !== undefined) addAction(entry);
    else checked.decisions.push({ ...entry, supported: entry.supported && !isQuestion(entry.sources[0]?.text ?? '') });
  }
  // "Tom: order the beams" says who does it.
  for (const entry of readEntries(written.actions, [])) {
    if (isQuestion(entry.text)) checked.questions.push(entry);
    else addAction(entry);
  }
  const asked = (entry: MinutesEntry) => entry.sources.some(({ start, end }) => DOUBT.test(text.slice(start, end)));
  checked.questions = [...checked.questions, ...readEntries(written.questions)].filter(asked);
  return checked;
}

const NOTHING = /^(?:n\/?a|none|null|nil|unknown|not (?:said|specified|mentioned|given)|tbd|nothing|无|没有|未知|未定|未提及|未提到|暂无|不详)[.。]?$/i;
const EMPTY_TALK = /^(?:(?:there (?:is|are|was|were) )?no (?:clear |specific |open )?(?:decisions?|actions?|tasks?|questions?)\b|(?:本段|会上|会议)?(?:没有|无|未)(?:做出|形成|提出|明确|任何|具体)*(?:的)?(?:决定|待办|任务|问题))/i;
const PROCEDURE =
  /^(?:(?:hi|hello|hey|welcome|goodbye|bye|thanks|thank you|good (?:morning|afternoon|evening)|how are you)\b|(?:(?:the|we|they|everyone|everybody|all|\p{Lu}\p{L}+)\b.{0,30})?\b(?:thank(?:s|ed)? (?:everyone|you|all)|welcom(?:e|es|ed) (?:everyone|everybody|you|all)|introduc(?:e|ed|es) (?:them|him|her|our|your)sel(?:f|ves)|(?:start|begin|open|close|end|finish|wrap up|adjourn)(?:s|ed|ing)? the meeting|take (?:a|their) (?:short )?(?:break|seats?)|next (?:agenda )?(?:item|slide|speaker))\b|(?:can|could) (?:you|everyone) hear me|(?:are there |do you have )?any (?:other |more )?questions\b|what do you (?:think|all think)\?|(?:is that|all) (?:ok|okay|right|clear)\b|大家好|各位好|你好|欢迎|谢谢|感谢|多谢|再见|辛苦|鼓掌|(?:下面|接下来|首先|现在)?(?:我们)?(?:有请|欢迎|请).{0,12}(?:发言|上台|介绍|分享|讲话|入座|开始)|(?:会议|今天的会)(?:开始|结束|到此)|散会|听得?[到见清]吗)/iu;
/** The middle of a sentence, or what somebody thinks: copied, not settled. */
const FRAGMENT = /^[,，.。;；、)）]|^(?:(?:well|so|and|but|yes|yeah|okay),? )*(?:I|we) (?:think|guess|mean|suppose|would say|don['’]t think)\b|^(?:对|那个|然后|就是)?[，,]?我(?:觉得|认为|想|的意思)/iu;

/** A control token, or the mark of a fence. */
const LEFTOVER = /<\||text-[0-9a-f]{8}/;

/** List marks, labels, quotes around an entry and who said it are no part of it. */
function tidyEntry(raw: string, turns: readonly Turn[]): string {
  const text = raw.replace(/\s+/gu, ' ').trim().replace(/^(?:[-*•·]|\(?\d{1,2}[.)、）])\s*/u, '').replace(/^(?:decisions?|actions?|tasks?|(?:open )?questions?|决定|待办|任务|问题)\s*\d{0,2}\s*[:：]\s*/iu, '');
  const speaker = turns.find(({ speaker }) => speaker !== undefined && text.startsWith(speaker) && /^\s*[:：]/.test(text.slice(speaker.length)))?.speaker;
  if (speaker !== undefined) return text.slice(speaker.length).replace(/^\s*[:：]\s*/, '');
  return /^["“「'](?<inner>[^"“”「」]+)["”」']$/u.exec(text)?.groups?.['inner'] ?? text;
}

function createEntryTest({ text, wording, focus }: CheckOptions): (entry: string) => boolean {
  const instructions = [wording.system, wording.list(undefined), ...wording.copied].join('\n');
  const told = normalize([instructions, focus ?? ''].join('\n'));
  const given = normalize(text);
  return (entry) => {
    if (!/[\p{L}\p{N}]/u.test(entry) || NOTHING.test(entry) || EMPTY_TALK.test(entry) || PROCEDURE.test(entry)) return false;
    if (FRAGMENT.test(entry)) return false;
    if (findTerms(entry).size < 2 || LEFTOVER.test(entry) || findLoop(entry) !== undefined) return false;
    return given.includes(normalize(entry)) || (!told.includes(normalize(entry)) && !repeatsInstructions(entry, instructions, text));
  };
}

/** Says what is to be done, rather than what is or was. */
function isTask(entry: string): boolean {
  return /\b(?:will|shall|should|must|needs? to|(?:is|are|has|have|going) to)\b|[要会需应将]|负责|之前|去/.test(entry);
}

function isQuestion(entry: string): boolean {
  return /[?？]["”」]?$|[吗呢][。？?]?$/u.test(entry);
}

/** A question nobody asked is the model's own; a doubt may be none in form. */
const DOUBT =
  /[?？]|\b(?:whether|wonder|question|unclear|not (?:sure|certain|clear)|unsure|don'?t know|do not know|figure out|find out|need to (?:know|ask|check)|open issue|what|how|which|who|why|when|where)\b|不(?:知道|清楚|确定|明白|了解)|是否|是不是|有没有|能不能|会不会|要不要|如何|怎[么样]|什么|哪[些个里]|谁|多少|吗|疑问|问题|为什么|待定/iu;

/** Lower-case words with a space before and behind each. */
function normalize(text: string): string {
  return ` ${(text.toLowerCase().match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []).join(' ')} `;
}

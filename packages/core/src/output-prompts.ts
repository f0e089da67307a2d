import type { Message } from './engine.ts';
import type { Issue } from './json-schema.ts';

const WORDS = {
  english: {
    form: (form: string) => `Answer with JSON only, in this form, types standing for values:\n${form}`,
    repair: (answer: string, issues: string) => `A first answer was:\n${answer}\nIt is wrong:\n${issues}\nWrite the JSON again without these mistakes.`,
    choices: (choices: string) => `Answer with exactly one of these, and with nothing else:\n${choices}`,
    notAChoice: (answer: string) => `A first answer was:\n${answer}\nThat is none of the choices. Answer with exactly one of them, and with nothing else.`,
  },
  chinese: {
    form: (form: string) => `只输出 JSON，格式如下，其中的类型代表要填的值：\n${form}`,
    repair: (answer: string, issues: string) => `第一次的回答是：\n${answer}\n其中有错误：\n${issues}\n请重新写出完整的 JSON，不要再犯这些错误。`,
    choices: (choices: string) => `只回答下面其中一项，一字不差，不要输出其他内容：\n${choices}`,
    notAChoice: (answer: string) => `第一次的回答是：\n${answer}\n这不是其中任何一项。请只回答其中一项，不要输出其他内容。`,
  },
};

/** What a model answered and why that will not do. */
export interface Refused {
  answer: string;
  issues: readonly Issue[];
}

export function askForObject(prompt: string | Message[], form: string): Message[] {
  return addToSystem(toMessages(prompt), wordsFor(prompt).form(form));
}

export function askForRepair(messages: Message[], { answer, issues }: Refused): Message[] {
  // The first ten say enough, and a long list crowds out the answer.
  const list = issues.slice(0, 10).map(({ path, message }) => `- ${path === '' ? '' : `${path}: `}${message}`);
  return addToQuestion(messages, wordsFor(messages).repair(answer, list.join('\n')));
}

export function askForChoice(prompt: string | Message[], choices: readonly string[]): Message[] {
  return addToSystem(toMessages(prompt), wordsFor(prompt).choices(choices.join('\n')));
}

export function askForOtherChoice(messages: Message[], answer: string): Message[] {
  return addToQuestion(messages, wordsFor(messages).notAChoice(answer));
}

/** What calls have in common goes to the front, where engines reuse what they computed. */
function addToSystem(messages: Message[], text: string): Message[] {
  const [first, ...rest] = messages;
  if (first?.role === 'system') return [{ role: 'system', content: `${first.content}\n\n${text}` }, ...rest];
  return [{ role: 'system', content: text }, ...messages];
}

/**
 * Quoted in the question rather than as a turn of its own: no turn is ever empty, which templates and servers refuse. Nothing is known to mend
 * more: of five answers of the 0.5B model this wording mended two, one with another word none, three wordings of a turn none.
 */
function addToQuestion(messages: Message[], text: string): Message[] {
  const last = messages.at(-1)!;
  if (last.role === 'assistant') return [...messages, { role: 'user', content: text }];
  return [...messages.slice(0, -1), { ...last, content: `${last.content}\n\n${text}` }];
}

function toMessages(prompt: string | Message[]): Message[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
}

function wordsFor(prompt: string | Message[]): (typeof WORDS)['english'] {
  const text = typeof prompt === 'string' ? prompt : (prompt.findLast(({ role }) => role === 'user')?.content ?? '');
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han > letters / 2 ? WORDS.chinese : WORDS.english;
}

import { TaskError } from '@glm-tasks/core';

export type DeskLanguage = 'zh' | 'en';

/** All that the desk says by itself. `{…}` is filled in; every text can be replaced. */
export interface DeskTexts {
  greeting: string;
  thanks: string;
  goodbye: string;
  identity: string;
  /** A turn without a letter or a digit. */
  empty: string;
  /** `{most}` characters at most. */
  tooLong: string;
  /** Two intents are near: `{first}` or `{second}`. */
  whichIntent: string;
  /** One intent is near: `{first}`. */
  thisIntent: string;
  /** The knowledge has no answer, or none that passed the checks. */
  refused: string;
  /** The turn was nothing but orders to the machine. */
  refusedOrders: string;
  /** Stands behind a refusal; a yes to it hands over. */
  offerPerson: string;
  /** A no to that. */
  declined: string;
  /** Stands before the question for a slot whose value was not understood. */
  notUnderstood: string;
  cancelled: string;
  /** Stands before an answer to somebody who is upset. */
  sorry: string;
  /** An intent without a reply of its own has all it needs. */
  noted: string;
  handover: string;
  handoverAfterComplaint: string;
  handoverAfterMisses: string;
  /** Every further turn until `resume`. */
  stillWaiting: string;
}

const zh: DeskTexts = {
  greeting: '您好，请问有什么可以帮您？',
  thanks: '不客气，还有别的问题随时问我。',
  goodbye: '好的，再见。',
  identity: '我是这里的自动客服，根据已有的资料回答问题；需要时可以为您转接人工客服。',
  empty: '请用文字说一下您的问题。',
  tooLong: '这段话太长了，请把问题写在{most}个字以内再发一次。',
  whichIntent: '请问您是想问“{first}”，还是“{second}”？',
  thisIntent: '请问您是想问“{first}”吗？',
  refused: '抱歉，现有的资料里没有找到这个问题的答案。',
  refusedOrders: '抱歉，我只能回答与我们的服务有关的问题。',
  offerPerson: '需要为您转接人工客服吗？',
  declined: '好的，有别的问题随时问我。',
  notUnderstood: '抱歉，我没有看明白。',
  cancelled: '好的，已经取消，还有什么可以帮您？',
  sorry: '很抱歉给您带来不便。',
  noted: '好的，已经记下。',
  handover: '好的，正在为您转接人工客服，请稍候。',
  handoverAfterComplaint: '非常抱歉给您带来不好的体验，已经为您转接人工客服处理。',
  handoverAfterMisses: '抱歉没能帮到您，已经为您转接人工客服，请稍候。',
  stillWaiting: '人工客服已经收到您的留言，会尽快回复您。',
};

const en: DeskTexts = {
  greeting: 'Hello, how can I help you?',
  thanks: 'You are welcome. Just ask if there is anything else.',
  goodbye: 'Goodbye.',
  identity: 'I am the automatic service desk and answer from the documents I have; I can pass you on to a person where needed.',
  empty: 'Please tell me your question in words.',
  tooLong: 'That is too long for me; please ask again in at most {most} characters.',
  whichIntent: 'Is it about "{first}" or about "{second}"?',
  thisIntent: 'Is it about "{first}"?',
  refused: 'Sorry, I found no answer to this in the documents I have.',
  refusedOrders: 'Sorry, I can only answer questions about our service.',
  offerPerson: 'Shall I pass you on to a person?',
  declined: 'All right. Just ask if there is anything else.',
  notUnderstood: 'Sorry, I did not understand that.',
  cancelled: 'All right, that is cancelled. What else can I do for you?',
  sorry: 'I am sorry for the trouble.',
  noted: 'All right, that is noted.',
  handover: 'All right, I am passing you on to a colleague; one moment, please.',
  handoverAfterComplaint: 'I am very sorry about this experience. A colleague will look after it now.',
  handoverAfterMisses: 'Sorry that I could not help. I have passed you on to a colleague; one moment, please.',
  stillWaiting: 'A colleague has your message and will answer as soon as possible.',
};

/**
 * The texts of both languages, with what a desk says differently.
 *
 * @throws TaskError `invalid_input` for a text that a desk does not have
 */
export function completeTexts(own: Partial<Record<DeskLanguage, Partial<DeskTexts>>> = {}): Record<DeskLanguage, DeskTexts> {
  const unknown = Object.keys({ ...own.zh, ...own.en }).find((name) => !(name in zh));
  if (unknown !== undefined) throw new TaskError('invalid_input', `A desk has no text "${unknown}"; it has ${Object.keys(zh).join(', ')}.`, { details: { text: unknown } });
  return { zh: { ...zh, ...own.zh }, en: { ...en, ...own.en } };
}

/** `fillText('{first} or {second}', { first: 'tea', second: 'cups' })`; a name without a value stays as it is. */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Sentences in a row, with the space that the language puts between them. */
export function joinTexts(language: DeskLanguage, ...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(language === 'zh' ? '' : ' ');
}

/** The language to answer a turn in: that of its letters, or the one spoken so far where a turn says too little (an order number, "OK"). */
export function chooseLanguage(text: string, spoken: DeskLanguage): DeskLanguage {
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  const words = text.match(/[a-z]{2,}/gi) ?? [];
  return words.length >= 2 || /^\W*(?:hi|hello|hey|thanks|bye)\W*$/i.test(text) ? 'en' : spoken;
}

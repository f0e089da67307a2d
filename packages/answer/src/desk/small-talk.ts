import type { DeskTexts } from './desk-texts.ts';

type SmallTalk = keyof Pick<DeskTexts, 'greeting' | 'thanks' | 'goodbye' | 'identity'>;

/** The whole of a turn, punctuation and particles aside: behind a greeting there may be a question, and that comes first. */
const PATTERNS: Readonly<Record<SmallTalk, RegExp>> = {
  greeting: /^(?:(?:你|您|大家)好|哈[喽啰]|嗨|喂|在(?:吗|么|不在)|有人(?:吗|在吗)|(?:早上|上午|中午|下午|晚上)好|早|hi|hello|hey|good (?:morning|afternoon|evening)|(?:is )?any(?:body|one) (?:there|here)){1,3}(?: there)?$/iu,
  thanks: /^(?:(?:好的?|嗯|ok|okay|great|good|perfect)?(?:多谢|谢谢?|感谢|辛苦)(?:您|你|了|啦|你们|帮忙|帮助|客服|小助手)*|(?:ok |okay |great |good |perfect )?(?:many )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|for (?:your|the) help))?|明白了?|知道了|懂了|好的?|嗯{1,5}|可以了|没问题了?|ok|okay|got it|great|i see){1,3}$/iu,
  goodbye: /^(?:(?:好的?|那|ok |okay )?(?:再见|拜拜|回见|下次聊|先这样)(?:吧|了|啦)?|(?:good)?bye(?: ?bye)?|see you(?: later)?|that(?:'s| is| was) all|没(?:有)?(?:别的|其他)?(?:问题|事)了|没事了){1,3}$/iu,
  identity: /^(?:(?:请问)?(?:你|您)(?:是|叫)(?:谁|什么(?:名字)?|机器人(?:吗|还是人)?|真人(?:吗)?|人工(?:吗)?|人(?:吗|还是机器人?)?|ai)|who are you|what are you|are you (?:a |an )?(?:human|person|real person|robot|bot|machine|ai))$/iu,
};

const LONGEST = 40;

/**
 * What kind of small talk a turn is, if it is nothing else.
 *
 * @example
 * findSmallTalk('您好！'); // greeting
 * findSmallTalk('您好，怎么退货？'); // undefined
 */
export function findSmallTalk(text: string): SmallTalk | undefined {
  if (text.length > LONGEST) return undefined;
  const words = text.normalize('NFKC').replace(/[^\p{L}\p{N}' ]+/gu, ' ').replace(/[啊呀呢哦哈~]+(?= |$)/gu, '').trim().replace(/ {2,}/g, ' ');
  const glued = words.replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '');
  return (Object.keys(PATTERNS) as SmallTalk[]).find((kind) => PATTERNS[kind].test(words) || PATTERNS[kind].test(glued));
}

/** A turn without the greeting before it: 您好，怎么退货 -> 怎么退货. */
export function dropGreeting(text: string): string {
  const rest = text.replace(/^\s*(?:(?:你|您)好|哈[喽啰]|嗨|在吗|请问(?:一下)?|(?:hi|hello|hey|good (?:morning|afternoon|evening))\b)[\s,，.。!！?？~]*/iu, '');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}

const PERSON = '(?:人工(?:客服|服务|坐席)?|真人|活人|客服(?:人员|小姐|小哥|经理)?|工作人员|店员|店长|老板|经理|主管|负责人|你们领导)';
/** What follows a person that is spoken of, not asked for. */
const SPOKEN_OF = '(?!电话|工作时间|上班|在线时间|推荐|同款|的|说过|说了|聊过|沟通过)';
const ASKING = new RegExp(
  `转(?:接|到|给)?(?:一下|下|个)?${PERSON}|(?:找|叫|联系|接|换|要|让|喊|和|跟|见|来)(?:一下|一?个|你们的?|位)*${PERSON}${SPOKEN_OF}|^${PERSON}(?:在吗|呢|吧|谢谢|！|。)*$`,
  'u',
);
const PERSON_IN_ENGLISH = '(?:human(?: being)?|person|agent|representative|manager|supervisor|operator|somebody real|someone real|colleague)\\b';
const ASKING_IN_ENGLISH = new RegExp(
  `\\b(?:speak|talk|chat|connect me|transfer me|put me through|pass me (?:on|over))\\b.{0,24}\\b${PERSON_IN_ENGLISH}|\\b(?:want|need|get me|give me|i'd like) (?:an? |the |your |some )?(?:real |live |actual |human )*${PERSON_IN_ENGLISH}|^\\W*(?:real )?${PERSON_IN_ENGLISH}(?: please)?\\W*$`,
  'i',
);
/** Negated, or a question about people rather than for one. */
const NOT_ASKING =
  /(?:不用|不要|不想|不需要|无需|别|先不|没必要)(?:再|帮我|给我)?(?:转|找|叫|联系|接|换|要|来)?[^，。！？]{0,3}(?:人工|真人|客服|店长|经理)|(?:人工|客服)[^，。！？]{0,6}(?:几点|什么时候|工作时间|上班|下班|电话|号码|热线|是多少)|(?:do not|don't|no need|not) (?:want|need|have)?.{0,20}\b(?:human|person|agent|manager)\b|\b(?:when|what time|opening hours|phone number)\b.{0,40}\b(?:human|person|agent|manager|representative)s?\b/giu;

/**
 * Whether somebody asks for a person.
 *
 * @example
 * asksForPerson('转人工'); // true
 * asksForPerson('人工客服几点上班？'); // false
 */
export function asksForPerson(text: string): boolean {
  const rest = text.trim().replace(NOT_ASKING, ' ').trim();
  return ASKING.test(rest) || ASKING_IN_ENGLISH.test(rest);
}

const YES = /^(?:是的?|对的?|好的?|好啊|嗯|要|需要|可以|行|麻烦(?:您|你)?(?:了)?|转(?:吧|接吧)?|请转|yes|yes please|yeah|yep|sure|ok|okay|please|please do|go ahead){1,4}$/iu;
const NO = /^(?:不是?|不用(?:了)?|不需要|不要|不必|算了|没事|no|nope|no thanks|no thank you|not now){1,4}$/iu;

/** What a turn answers to a yes-or-no question; undefined where it says something else. */
export function readYesNo(text: string): boolean | undefined {
  if (text.length > 24) return undefined;
  const words = text.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const glued = words.replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})|谢谢(?:您|你)?|[吧啊呀了]$/gu, '');
  if (NO.test(glued) || NO.test(words)) return false;
  return YES.test(glued) || YES.test(words) ? true : undefined;
}

const CANCELS = /^(?:算了|不用了|不弄了|不办了|先不(?:弄|办|退|查)了?|取消|取消吧|不退了|不查了|没事了|cancel|never ?mind|forget it|stop)[\s,，。.!！吧]*$/iu;

/** Whether a turn gives up what was being asked about. */
export function cancels(text: string): boolean {
  return CANCELS.test(text.trim());
}

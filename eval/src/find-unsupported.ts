/** What a report says that its input does not. Found by other means than the task's own check, so that the two do not share their blind spots. */
export interface Unsupported {
  numbers: string[];
  dates: string[];
  names: string[];
  quotations: string[];
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const NUMBER_WORDS = 'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen dozens half quarter double twice triple'.split(' ');
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight'.split(' ');
const DAYS_CHINESE = /(?:周|星期|礼拜)[一二三四五六日天]|昨[天日晚]|今[天日晚]|明[天日]|前天|近日|日前|上周|本周|下周|上月|本月|去年|今年|明年/gu;
const DIGIT_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const HAN_COUNT = /(?<![〇一二两三四五六七八九十百千万])([二两三四五六七八九十百千][〇一二两三四五六七八九十百千万亿]*)(?=[个名位家年月天岁元种项条台辆座处小分秒公里米吨亩倍成人次件所场万亿])/gu;
const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤';
const PERSON = new RegExp(`(?:^|[，。；、：“”（）\\n和与由]|市长|局长|主任|经理|总监|教授|馆长|校长|村民|记者|负责人|队长|领队|前锋|厂长|院长|医生)([${SURNAMES}]\\p{Script=Han}{1,2})(?=说|表示|介绍|指出|称|认为|告诉|先生|女士|出席|带领)`, 'gu');
const PLACE = /\p{Script=Han}{2}(?:市|县|镇|乡|村|公司|大学|中学|小学|医院|集团|协会|委员会|银行|体育场)/gu;
/** What any report may begin a sentence with, or name without its standing in the facts. */
const PLAIN_WORDS = new Set('a an the this that these those it its they their there he she his her in on at by for from to with as of and but or so after before during since until while when where which who what if although because however meanwhile additionally moreover furthermore also both all each every some many several other another overall according despite due following no not nobody one new located situated known it’s i'.split(' '));

export function findUnsupported(text: string, input: unknown): Unsupported {
  const given = listStrings(input).join('\n').replace(/(\d),(?=\d{3})/g, '$1');
  const lowered = given.toLowerCase();
  const plain = text.replace(/(\d),(?=\d{3})/g, '$1');
  const digits = new Set((given.match(/\d+(?:\.\d+)?/g) ?? []).flatMap((number) => [number, String(Number(number))]));
  for (const [value, word] of DIGIT_WORDS.entries()) if (new RegExp(`\\b${word}\\b`).test(lowered)) digits.add(String(value));
  for (const number of listNumbers(input)) for (const scaled of [number, number / 1e4, number / 1e8]) digits.add(String(scaled));
  const months = new Set(MONTHS.filter((name, index) => new RegExp(`\\b${name}\\b`).test(lowered) || new RegExp(`\\d{4}-0?${index + 1}\\b|(?<!\\d)0?${index + 1} ?月`).test(given)));
  const clock = [...given.matchAll(/T(\d\d):(\d\d)/g)].flatMap(([, hour]) => [String(Number(hour) % 12 || 12)]);
  for (const hour of clock) digits.add(hour);

  const words = plain.toLowerCase().match(/[a-z]+/g) ?? [];
  const numberWords = words.filter((word) => NUMBER_WORDS.includes(word) && !new RegExp(`\\b${word}`).test(lowered) && !digits.has(String(DIGIT_WORDS.indexOf(word))));
  return {
    numbers: [...(plain.match(/\d+(?:\.\d+)?/g) ?? []).filter((number) => !digits.has(number) && !digits.has(String(Number(number)))), ...numberWords, ...[...plain.matchAll(HAN_COUNT)].map(([, run = '']) => run).filter((run) => !given.includes(run))],
    dates: [...MONTHS.filter((month) => !months.has(month) && namesMonth(plain, month)), ...words.filter((word) => DAYS.includes(word) && !lowered.includes(word)), ...(plain.match(DAYS_CHINESE) ?? []).filter((day) => !given.includes(day))],
    names: [...findNames(plain, lowered), ...[...plain.matchAll(PERSON)].map(([, name = '']) => name).filter((name) => !given.includes(name) && !given.includes(name.slice(0, 2))), ...(plain.match(PLACE) ?? []).filter((place) => !given.includes(place) && !COMMON_PLACE.test(place))],
    quotations: [...text.matchAll(/[“"「]([^“”"「」]+)[”"」]/gu)].map(([, quoted = '']) => quoted).filter((quoted) => !fold(given).includes(fold(quoted))),
  };
}

const COMMON_PLACE = /^(?:该|本|全|这|各|我|的|在|新|为|和|与|由|是).|^.(?:的|在|了|为)|^(?:所有|一家|这家|两所|四所|周边)/u;

/** "may" and "march" are words too. */
function namesMonth(text: string, month: string): boolean {
  const name = `${(month[0] as string).toUpperCase()}${month.slice(1)}`;
  return month === 'may' || month === 'march' ? new RegExp(`\\b(?:in|of|since|until|by) ${name}\\b|\\b${name},? \\d|\\d ${name}\\b`).test(text) : new RegExp(`\\b${name}\\b`).test(text);
}

/**
 * Capitalised words that the input does not have; the first of a sentence counts unless it is a plain word. Headings that capitalise every
 * word are left out: there a capital does not tell a name from a verb.
 */
function findNames(text: string, lowered: string): string[] {
  const known = new Set(lowered.match(/[\p{L}\p{M}]+/gu) ?? []);
  const stems = [...known].map((word) => word.slice(0, 5));
  const found: string[] = [];
  for (const written of text.split('\n')) {
    const line = written.replace(/^\s*#{1,6}\s|[*_]+/g, '').trim().replace(LABEL, '');
    if (capitalisesAll(line, written)) continue;
    for (const match of line.matchAll(/(?<![\p{L}\d])\p{Lu}[\p{L}\p{M}]*/gu)) {
      const word = match[0].toLowerCase();
      const opens = /(?:^|[.!?:—] ?["“]?|["“])$/.test(line.slice(0, match.index).trimEnd().slice(-2)) || match.index === 0;
      if (known.has(word) || PLAIN_WORDS.has(word) || MONTHS.includes(word) || DAYS.includes(word)) continue;
      if (opens && (stems.includes(word.slice(0, 5)) || /(?:ing|ly)$/.test(word))) continue;
      if (isTitleCase(line) && stems.includes(word.slice(0, 5))) continue;
      found.push(match[0]);
    }
  }
  return found;
}

const LABEL = /^(?:sub)?(?:headline|heading|title)\s*:\s*/i;
const MARKED = /^\s*(?:#{1,6}\s|\*\*[^*]+\*\*\s*$|\**(?:sub)?(?:headline|heading|title)\**\s*:)/i;
const SMALL_WORDS = new Set('with from into onto over after amid near than that upon when while'.split(' '));

/** Whether a line is a heading in which every longer word has a capital. Without the marks of one, it must be longer and end like none of a text. */
function capitalisesAll(line: string, written: string): boolean {
  const words = line.match(/\p{L}[\p{L}\p{M}'’]{3,}/gu) ?? [];
  const isHeading = MARKED.test(written) ? words.length > 0 : words.length > 3 && !/[.!?…]["”’)]*$/.test(line);
  return isHeading && !/^by\s/i.test(line) && words.every((word) => /^\p{Lu}/u.test(word) || SMALL_WORDS.has(word));
}

function isTitleCase(line: string): boolean {
  const words = line.match(/\p{L}{4,}/gu) ?? [];
  return words.length > 3 && words.filter((word) => /^\p{Lu}/u.test(word)).length > 0.7 * words.length;
}

function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => (key === 'id' ? [] : listStrings(inner))) : [];
}

function listNumbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listNumbers) : [];
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

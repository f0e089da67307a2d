import { convertChineseScript, detectLanguage } from '@glm-tasks/task';

/** What kind of thing is asked for; `other` where it cannot be told, or where code could not see it in a text. */
export type Wanted = 'number' | 'date' | 'person' | 'place' | 'reason' | 'other';

export interface Question {
  text: string;
  /** BCP 47. */
  language: string;
  wanted: Wanted;
  /** The question as texts are compared with it. */
  matched: string;
  /** What is asked about: the words of the question without those that only ask, in that form. */
  content: string[];
}

/** The first that matches decides. */
const WANTED: readonly [Wanted, RegExp][] = [
  ['reason', /为什么|为何|为啥|原因|\bwhy\b|\bwhat (?:is |was )?the reason\b/iu],
  ['date', /什么时候|什么时间|何时|哪一?[年天]|几月|几号|几点|哪个月|(?:日期|时间)是|\bwhen\b|\bwhat (?:year|date|day|time|month)\b|\bwhich (?:year|date|day|month)\b/iu],
  ['number', /多少|几(?=[个位种条所年岁名次家天部块元本间层项届人台小公英])|多[高远长大久重深宽](?=[？?的]|$)|\bhow (?:many|much|long|far|old|tall|high|large|big|deep|heavy|often|wide)\b|\bwhat (?:percentage|number|price|age)\b/iu],
  ['person', /谁|何人|哪[位名]|\bwho(?:m|se)?\b/iu],
  ['place', /哪里|哪儿|何地|何处|什么地方|\bwhere\b/iu],
];

const MEASURES = '[个位种条所年岁名次家天部块元本间层项届人台门只支场座国里儿些]';
/** Words that ask, and words without a meaning of their own; what is left is what the question is about. Longer ones first. */
const ASKING = new RegExp(
  `请问|请告诉我|我想知道|什么(?:时候|时间|地方|内容)|(?:哪些|什么)(?:地方|地区)|(?:哪|几)(?:[一两二三四]?${MEASURES})?|何[时地处人年种]?|谁|为什么|为啥|怎么样|怎么|怎样|如何|多少|什么|多(?=[高远长大久重深宽])|是否|有没有|能不能|可不可以|可以|需要|主要|大约|大概|一共|总共|共有|分别|以及|[吗呢的了是在和与被把对于有以由为之其此该及或都也就从到将所这那能会要请]`,
  'gu',
);
const ENGLISH_ASKING =
  /\b(?:please|tell me|could you|can you|do you know|i(?: woul|')d like to know|what(?:'s)?|which|who(?:m|se)?|where|when|why|how|many|much|long|far|old|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|be|been|being|the|an?|of|in|on|at|to|for|from|by|with|and|or|as|there|it|its|this|that|these|those|about|kind|sort|you|your|i|my|me|we|our|us|not)\b(?:['’]s\b)?/giu;

/**
 * Reads a question by rules.
 *
 * @example
 * await readQuestion('青石桥是谁设计的？'); // { wanted: 'person', language: 'zh', content: ['青石桥', '设计'], … }
 */
export async function readQuestion(text: string): Promise<Question> {
  const matched = await toMatchForm(text);
  const narrow = matched.toLowerCase();
  const left = narrow.replace(ASKING, ' ').replace(ENGLISH_ASKING, ' ');
  // A Han word and a Latin one that touch are two.
  const content = left.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}]|(?<=\p{N})[.:](?=\p{N})|(?<=\p{L})['’-](?=\p{L}))+/gu) ?? [];
  return { text, language: detectLanguage(text), wanted: WANTED.find(([, pattern]) => pattern.test(narrow))?.[0] ?? 'other', matched, content };
}

/** One width and one Chinese script, so that a question asked in simplified characters finds a text in traditional ones. */
export async function toMatchForm(text: string): Promise<string> {
  return convertChineseScript(text.normalize('NFKC'), 'Hans');
}

/** Whether a text has the kind of thing that is asked for, as far as code can see it. Undefined where it cannot. */
export function hasWanted(wanted: Wanted, text: string): boolean | undefined {
  if (wanted === 'number') return /\p{N}|[一二两三四五六七八九十百千万亿半数双]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|half|no|none|once|twice|\p{L}+teen|\p{L}+ty)\b/iu.test(text);
  if (wanted === 'date') return DATE.test(text);
  return undefined;
}

const DATE =
  /\d|[一二三四五六七八九十〇零][年月日号世点时周]|元年|初年|末年|世纪|年间|年代|时期|时候|期间|[春夏秋冬]|上午|下午|早上|晚上|凌晨|每[天日周月年]|周[一二三四五六日末]|星期|[今明昨后前]天|去年|今年|明年|以[前后]|之[前后]|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|centur\p{L}+|spring|summer|autumn|fall|winter|noon|midnight|morning|evening|night|daily|weekly|monthly|yearly|today|tomorrow|yesterday|weekends?|weekdays?|before|after|during|until|since|era|dynasty|ago)\b/iu;

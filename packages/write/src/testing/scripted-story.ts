import { createModel, type GenerateRequest, type Message, type Model } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from '@glm-tasks/core/testing';

export type Call = 'start' | 'synopsis' | 'event' | 'title' | 'passage' | 'insert' | 'end' | 'notes';

/** What a scripted writer answers to a call, or nothing for its usual answer. */
export type Script = (call: Call, question: string, request: GenerateRequest) => string | Iterable<string> | undefined;

/** A model that plans and writes as it is told, with plain sentences of its own; a script makes it misbehave. */
export function scriptedWriter(script: Script = () => undefined, options: Omit<FakeEngineOptions, 'reply'> = {}): { model: Model; engine: FakeEngine; calls: Call[] } {
  const calls: Call[] = [];
  const engine = fakeEngine({
    contextLength: 8_192,
    ...options,
    reply(request) {
      const question = questionOf(request);
      const call = callOf(request, question);
      calls.push(call);
      return script(call, question, request) ?? answer(call, question, request);
    },
  });
  return { model: createModel(engine), engine, calls };
}

export function questionOf({ prompt }: GenerateRequest): string {
  return (prompt as Message[]).at(-1)?.content ?? '';
}

/** All that was said before the answer: a chapter is named before its first scene only. */
export function conversationOf({ prompt }: GenerateRequest): string {
  return (prompt as Message[]).map(({ content }) => content).join('\n');
}

function callOf({ prompt }: GenerateRequest, question: string): Call {
  const system = (prompt as Message[])[0]?.content ?? '';
  if (/notes of a novelist|做笔记/u.test(system)) return 'notes';
  if (/^(?:Tell how the story goes on|请用\d+句短句)/mu.test(question)) return 'synopsis';
  if (/^(?:The next sentence begins|下一句是)/mu.test(question)) return 'event';
  if (/Give the chapter a title|给这一章起/u.test(question)) return 'title';
  if (/You plan stories|小说策划/u.test(system)) return 'start';
  if (/Write the last two or three sentences|全书最后的两三句话/u.test(question)) return 'end';
  return /What is missing in between|中间缺少的情节/u.test(question) ? 'insert' : 'passage';
}

export function answer(call: Call, question: string, { seed = 0 }: GenerateRequest): string {
  const isChinese = isAskedInChinese(question);
  switch (call) {
    case 'start':
      return JSON.stringify(isChinese ? { title: '潮声', people: [{ name: '林海', who: '看灯塔的人' }, { name: '阿月', who: '渔民' }], begins: '林海发现一条空船。' } : { title: 'The Warm Lamp', people: [{ name: 'Mara', who: 'the keeper' }, { name: 'Tobin', who: 'a fisherman' }], begins: 'Mara finds a boat.' });
    case 'synopsis':
      // Of no use: its events are asked for one by one.
      return '';
    case 'event':
      return planEvent(question, isChinese);
    case 'title':
      return isChinese ? `第${countEvents(question)}盏灯` : `Night of Lamp ${/pier (\d+)/u.exec(question)?.[1] ?? 'One'}`;
    case 'notes':
      return JSON.stringify({ summary: '', people: [], facts: [], opened: [], answered: [], when: '' });
    case 'insert':
      return `${/(?:What is missing in between: |中间缺少的情节：)(.+)/u.exec(question)?.[1] ?? ''}${isChinese ? '。' : '.'}\n${fill(isChinese, seed, 1)}`;
    case 'end':
      return `${fill(isChinese, seed, 1)}${isChinese ? '' : ' '}${isChinese ? '灯灭了。' : 'The lamp went out.'}`;
    case 'passage': {
      const events = [...question.matchAll(/^(?:What happens (?:now|next): |(?:现在|接下来)发生的事：)(.+)$/gmu)].map((match) => match[1] ?? '');
      const size = Number(/(?:Tell it in about|写约)\s?(\d+)/u.exec(question)?.[1] ?? 100);
      return tell(events, size, isChinese, seed + question.length);
    }
    default:
      return call satisfies never;
  }
}

const DEEDS = { en: ['finds', 'hides', 'paints', 'carries', 'burns', 'mends', 'sells'], zh: ['拿到了', '藏起了', '擦亮了', '打碎了', '画下了', '卖掉了', '修好了'] };

/** Another thing at another place after each event. */
function planEvent(question: string, isChinese: boolean): string {
  const number = countEvents(question) + 1;
  const one = WORDS[number % WORDS.length]!;
  const [first, second] = [IDEOGRAPHS[(number * 5) % IDEOGRAPHS.length]!, IDEOGRAPHS[(number * 11 + 4) % IDEOGRAPHS.length]!];
  return isChinese ? `林海在${number}号码头${DEEDS.zh[number % 7]!}${first}形的${second}纹铜灯。` : `Mara ${DEEDS.en[number % 7]!} a ${one} on pier ${number}.`;
}

/** Events the question lists; the newest one knows its number where only the last ones are shown. */
function countEvents(question: string): number {
  const listed = [...question.matchAll(/^\d+\. (.+)$/gmu)].map((match) => match[1]!);
  return Math.max(listed.length, ...listed.map((event) => Number(/(?:pier |在)(\d+)/u.exec(event)?.[1] ?? 0)));
}

/** The events, and sentences between them until the size is reached. */
function tell(events: readonly string[], size: number, isChinese: boolean, seed: number): string {
  const sentences: string[] = [];
  const length = () => (isChinese ? sentences.join('').length : sentences.join(' ').split(' ').length);
  for (const event of events) sentences.push(isChinese ? `${event}。` : `${event}.`);
  for (let index = 0; length() < size; index++) sentences.push(fill(isChinese, seed, index));
  const gap = isChinese ? '' : ' ';
  return sentences.reduce((text, sentence, index) => text + (index === 0 ? '' : index % 4 === 0 ? '\n\n' : gap) + sentence, '');
}

const WORDS = 'gull rope stone window door stair kettle candle cloud wave sail coat bread glass table chair path wall roof bell'.split(' ');
const IDEOGRAPHS = '山水火木土日月人口手足天地云雨风雪花草树石田桥路门窗灯书笔纸茶饭鱼鸟马牛羊虎龙';

/** A sentence that no other number and seed has. */
function fill(isChinese: boolean, seed: number, index: number): string {
  let state = (seed * 7_919 + index * 104_729 + 17) % 1_000_003;
  const next = () => (state = (state * 31 + 7) % 1_000_003);
  if (isChinese) return `他看见${Array.from({ length: 10 }, () => IDEOGRAPHS[next() % IDEOGRAPHS.length]).join('')}在夜里。`;
  const thing = () => `${WORDS[next() % WORDS.length]}${WORDS[next() % WORDS.length]}`;
  // In any four words one is rare, so that no two sentences share a run of four.
  return `She saw ${thing()} and ${thing()} under the ${thing()}, for it was ${thing()} and not ${thing()} that made the ${thing()} grow.`;
}

function isAskedInChinese(question: string): boolean {
  return /写|安排|章/u.test(question) && !/Write|Plan|chapter/u.test(question);
}

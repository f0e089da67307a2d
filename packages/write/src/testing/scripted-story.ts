import { createModel, type GenerateRequest, type Message, type Model } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from '@glm-tasks/core/testing';

export type Call = 'start' | 'chapters' | 'passage' | 'insert' | 'end' | 'notes';

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

function callOf({ prompt }: GenerateRequest, question: string): Call {
  const system = (prompt as Message[])[0]?.content ?? '';
  if (/notes of a novelist|做笔记/u.test(system)) return 'notes';
  if (/You plan stories|小说策划/u.test(system)) return /^(?:Title: |书名：)/mu.test(question) ? 'chapters' : 'start';
  if (/Write the last two or three sentences|全书最后的两三句话/u.test(question)) return 'end';
  return /What is missing in between|中间缺少的情节/u.test(question) ? 'insert' : 'passage';
}

export function answer(call: Call, question: string, { seed = 0 }: GenerateRequest): string {
  const isChinese = isAskedInChinese(question);
  switch (call) {
    case 'start':
      return JSON.stringify(isChinese ? { title: '潮声', people: [{ name: '林海', wants: '找回船' }, { name: '阿月', wants: '知道真相' }], begins: '林海发现一条空船。', trouble: '船主不肯露面。', ending: '林海放船离开。' } : { title: 'The Warm Lamp', people: [{ name: 'Mara', wants: 'to keep the light' }, { name: 'Tobin', wants: 'his boat back' }], begins: 'Mara finds a boat.', trouble: 'Nobody claims it.', ending: 'Mara lets it go.' });
    case 'chapters':
      return JSON.stringify({ chapters: planChapters(question, isChinese) });
    case 'notes':
      return JSON.stringify({ summary: '', people: [], facts: [], opened: [], answered: [], when: '' });
    case 'insert':
      return `${/(?:What is missing in between: |中间缺少的情节：)(.+)/u.exec(question)?.[1] ?? ''}\n${fill(isChinese, seed, 1)}`;
    case 'end':
      return `${fill(isChinese, seed, 1)}${isChinese ? '' : ' '}${isChinese ? '灯灭了。' : 'The lamp went out.'}`;
    case 'passage': {
      const events = [...question.matchAll(/^\d+\. (.+)$/gmu)].map((match) => match[1] ?? '');
      const size = Number(/(?:about|约)\s?(\d+)/u.exec(question)?.[1] ?? 100);
      return tell(events, size, isChinese, seed + question.length);
    }
    default:
      return call satisfies never;
  }
}

function planChapters(question: string, isChinese: boolean): object[] {
  const [first = 1, last = first] = [...(/(?:Plan chapters? |请安排全书\d+章中的第)(\d+)(?: to |章到第)?(\d+)?/u.exec(question) ?? [])].slice(1).filter(Boolean).map(Number);
  const events = Number(/(?:Each chapter has |每章)(\d+)/u.exec(question)?.[1] ?? 1);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const number = first + index;
    const things = isChinese ? ['铜灯', '木桨', '海图', '旧信', '渔网', '钟楼'] : ['brass lantern', 'wooden oar', 'harbour chart', 'folded letter', 'fishing net', 'clock tower'];
    return {
      title: isChinese ? `第${number}夜` : `Night ${number}`,
      goal: isChinese ? `林海追查空船的第${number}步` : `Mara takes step ${number} to the owner of the boat`,
      events: Array.from({ length: events }, (_, event) => (isChinese ? `林海在码头${number}号找到${things[(number + event) % 6]}` : `Mara finds a ${things[(number + event) % 6]} on pier ${number}`)),
    };
  });
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
  const [one, two, three, four] = [0, 0, 0, 0].map(() => WORDS[next() % WORDS.length]!);
  return `She saw the ${one} and the ${two} beside the ${three}, and thought of ${four} number ${next() % 900}.`;
}

function isAskedInChinese(question: string): boolean {
  return /写|安排|章/u.test(question) && !/Write|Plan|chapter/u.test(question);
}

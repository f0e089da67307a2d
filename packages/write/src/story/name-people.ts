import { readLanguage } from '@glm-tasks/task';
import { mixSeed } from './seeds.ts';
import type { StoryCharacter } from './story-schema.ts';

/** Common ones that fit anybody. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  en: ['Robin', 'Alex', 'Sam', 'Kim', 'Jo', 'Noor', 'Remy', 'Sasha', 'Quinn', 'Toni'],
  zh: ['林安', '周宁', '陈晓', '许然', '何清', '苏远', '叶舟', '江禾'],
};

const callings = /(?:员|匠|机|人|师|师傅|生|者|长|工|翁|孩|爷|奶奶|老板|医|警察|店主|同事|朋友|邻居)[甲乙丙]?$/u;

/** A name of three characters that begins with one of these is a name, whatever it ends with: 李春生, 陈师傅. */
const surnames = /^[李王张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛段雷侯史陶黎贺顾毛郝龚邵万钱严武戴莫孔汤].{2,}/u;

/**
 * Small models call people by what they are: "Cook", 宇航员. Such a person is given a name, and what stood for it becomes the role, so that a
 * story of two astronauts has two people; in a Chinese story Tom and Lily get Chinese names, unless the idea has theirs. Without a list of names
 * for the language people stay as they are.
 */
export function namePeople(people: readonly StoryCharacter[], { idea, language, seed, taken }: { idea: string; language: string; seed: number; taken: readonly string[] }): StoryCharacter[] {
  const { language: code } = readLanguage(language);
  const names = NAMES[code] ?? [];
  const first = mixSeed(seed, 'names') % Math.max(1, names.length);
  // A name that stands in the idea is somebody's already.
  const free = [...names.slice(first), ...names.slice(0, first)].filter((name) => !taken.includes(name) && !idea.includes(name) && !people.some((person) => person.name.includes(name)));
  return people.map((person) => {
    const name = isCalling(person, idea, code) ? free.shift() : undefined;
    return name === undefined ? person : { ...person, name, role: person.role === '' && !isLatin(person.name, code) ? person.name.replace(/^the /i, '').toLowerCase() : person.role };
  });
}

/** The last word of what somebody is in English, where it is written like a name: "Station Manager". */
const english = /\b(?:manager|director|captain|officer|guard|astronaut|engineer|pilot|driver|conductor|doctor|nurse|teacher|student|clerk|lawyer|detective|inspector|keeper|cook|chef|baker|farmer|fisherman|ferryman|sailor|miner|owner|tenant|landlord|landlady|neighbou?r|stranger|assistant|apprentice|worker|crew|customer|visitor|man|woman|boy|girl|child|mother|father|brother|sister|friend|king|queen|villager|priest|robot|narrator|protagonist)s?$/iu;

/** English writes a name with a capital letter, what somebody is without one. */
function isCalling({ name, role }: StoryCharacter, idea: string, code: string): boolean {
  if (isLatin(name, code)) return !idea.includes(name);
  if (code === 'zh') return (callings.test(name) && !surnames.test(name)) || (name !== '' && role.includes(name));
  if (code === 'en' && english.test(name) && !idea.includes(name)) return true;
  const word = name.replace(/^the /i, '').toLowerCase();
  return word !== name && !idea.includes(name) && new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'u').test(`${idea}\n${role}`);
}

/** Tom, in a story in Chinese. */
function isLatin(name: string, code: string): boolean {
  return code === 'zh' && name !== '' && !/\p{Script=Han}/u.test(name);
}

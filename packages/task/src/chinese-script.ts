import type { DictGroup } from 'opencc-js/core';
import { detectChineseScript } from './language.ts';
import { cutSentences } from './sentences.ts';

type Script = 'Hans' | 'Hant';

interface Converter {
  convert(text: string): string;
  /** Characters that a text in the wanted script never has. */
  foreign: ReadonlySet<string>;
}

const converters = new Map<Script, Promise<Converter>>();

/**
 * The text in Simplified (`Hans`) or Traditional (`Hant`) characters, by the dictionaries of OpenCC: 头发 and 发展 become 頭髮 and 發展. Traditional
 * is what Taiwan prints. Words stay the author's own: 软件 becomes 軟件, not 軟體. A text without a character of the other script is returned
 * as it is; in one that is mostly in the wanted script, only the sentences with such a character are converted, because many characters are
 * right in both (后, 里, 余) and only their context can tell.
 *
 * @example
 * await convertChineseScript('皇后的头发', 'Hant'); // 皇后的頭髮
 */
export async function convertChineseScript(text: string, to: Script): Promise<string> {
  if (!/\p{Script=Han}/u.test(text)) return text;
  let loading = converters.get(to);
  if (!loading) converters.set(to, (loading = load(to)));
  const { convert, foreign } = await loading;
  const hasForeign = (part: string) => part.match(/\p{Script=Han}/gu)?.some((character) => foreign.has(character)) ?? false;
  if (detectChineseScript(text) !== to) return hasForeign(text) ? convert(text) : text;
  return cutSentences(text).map((sentence) => (hasForeign(sentence) ? convert(sentence) : sentence)).join('');
}

/** Each direction has its dictionaries; those to Traditional take a third of a second, so nothing is loaded before it is asked for. */
async function load(to: Script): Promise<Converter> {
  if (to === 'Hant') {
    const { Converter, Locale } = await import('opencc-js/cn2t');
    const [simplified, taiwan] = [readDictionary(Locale.from['cn']), readDictionary(Locale.to['tw'])];
    return { convert: Converter({ from: 'cn', to: 'tw' }), foreign: findForeign(simplified, [...simplified, ...taiwan], 'Hans') };
  }
  const { Converter, Locale } = await import('opencc-js/t2cn');
  const traditional = readDictionary(Locale.to['cn']);
  // From Taiwan's characters, because only their dictionary knows in which words 著 is 着.
  return { convert: Converter({ from: 'tw', to: 'cn' }), foreign: findForeign(traditional, traditional, 'Hant') };
}

/** Single characters that are converted and that nothing is converted to, unless it be a name as rare as 万俟. */
function findForeign(converted: readonly Pair[], written: readonly Pair[], script: Script): Set<string> {
  const alone = new Set(written.filter(([from]) => isCharacter(from)).map(([, to]) => to));
  const inWords = new Set(written.flatMap(([from, to]) => (isCharacter(from) ? [] : [...to])));
  const isForeign = (character: string) => !alone.has(character) && (!inWords.has(character) || detectChineseScript(character) === script);
  return new Set(converted.map(([from]) => from).filter((from) => isCharacter(from) && isForeign(from)));
}

type Pair = readonly [from: string, to: string];

export function readDictionary(groups: readonly DictGroup[] = []): Pair[] {
  return groups.flat().flatMap((words): readonly Pair[] => (typeof words === 'string' ? words.split('|').map(readPair) : words));
}

function readPair(pair: string): Pair {
  const [from = '', to = ''] = pair.split(' ');
  return [from, to];
}

export function isCharacter(text: string): boolean {
  return [...text].length === 1;
}

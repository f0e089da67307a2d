import { Locale } from 'opencc-js/t2cn';
import { isCharacter, readDictionary } from './chinese-script.ts';

/** Where both scripts have both characters and only a word tells which it is: 瞭解 and 了解, 憑藉 and 凭借, 答覆 and 答复, 計畫 and 计划. */
const TOLD_BY_WORDS = ['瞭了', '藉借', '覆复', '划画'];

let folding: { table: ReadonlyMap<string, string>; pattern: RegExp } | undefined;

/**
 * The text with Traditional, Taiwan's and Hong Kong's characters as the Simplified ones, each by itself: for comparing, not for reading, as 皇后
 * and 午後 both get 后, and 著 is always 着. For a text to be read there is {@link convertChineseScript}, which looks at words and takes
 * longer. A character may take one UTF-16 unit more or less than before.
 *
 * @example
 * foldChineseScript('軟體計畫') === foldChineseScript('软体计划'); // true
 */
export function foldChineseScript(text: string): string {
  const { table, pattern } = (folding ??= createFolding());
  return text.replace(pattern, (character) => table.get(character) as string);
}

/** From the dictionaries of OpenCC, in 10 ms. */
function createFolding(): NonNullable<typeof folding> {
  const readCharacters = (...groups: Parameters<typeof readDictionary>) => readDictionary(...groups).filter(([from, to]) => isCharacter(from) && from !== to);
  const simplified = readCharacters(Locale.to['cn']);
  const written = new Set(simplified.map(([, to]) => to));
  // To those whose dictionary leads to other characters than the ones of Simplified: 么 is no 幺.
  const local = [...readCharacters(Locale.from['tw']), ...readCharacters(Locale.from['hk'])].filter(([from]) => !written.has(from));
  const steps = new Map([...local, ...simplified, ...TOLD_BY_WORDS.map((pair) => [...pair] as [string, string])]);
  const follow = (character: string): string => {
    const next = steps.get(character);
    return next === undefined ? character : follow(next);
  };
  const table = new Map([...steps.keys()].map((from) => [from, follow(from)]));
  return { table, pattern: new RegExp(`[${[...table.keys()].join('')}]`, 'gu') };
}

import { readLanguage } from './language.ts';

/** An engine takes 256. */
const MOST = 256;
/** What Chinese cannot do without, for a model that slips into it with other characters than the source's. */
const COMMON = [...'的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实'];
const EAST_ASIAN = ['zh', 'ja', 'ko'];

/**
 * What a translation must not take over: small models leave words in the source's script, or all of them. Of Chinese every
 * character, of an alphabet, where the answer has another script, the words in small letters; names and acronyms may stay.
 */
export function avoidSource(source: string, to: string, allowed: readonly string[] = []): string[] {
  const keep = allowed.join(' ');
  if (EAST_ASIAN.includes(readLanguage(to).language)) {
    const words = source.match(/(?<!\p{L})\p{Ll}{3,}(?!\p{L})/gu) ?? [];
    return [...new Set(words)].filter((word) => !keep.includes(word)).slice(0, MOST);
  }
  const characters = source.match(/\p{Script=Han}/gu) ?? [];
  return characters.length === 0 ? [] : [...new Set([...characters, ...COMMON])].filter((character) => !keep.includes(character)).slice(0, MOST);
}

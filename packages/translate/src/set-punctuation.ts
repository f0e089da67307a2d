import { readLanguage } from '@glm-tasks/task';

const wide: Readonly<Record<string, string>> = { ',': '，', '.': '。', ':': '：', ';': '；', '?': '？', '!': '！' };
const narrow: Readonly<Record<string, string>> = { '，': ', ', '。': '. ', '：': ': ', '；': '; ', '？': '? ', '！': '! ', '、': ', ' };

/**
 * The punctuation that the language sets: small models write Chinese with the full stops of English, and the other way round. Of Chinese only
 * behind an ideograph, or at the end of a text that has some; numbers, names and addresses keep theirs.
 */
export function setPunctuation(text: string, to: string): string {
  const { language } = readLanguage(to);
  if (language === 'zh' && /\p{Script=Han}/u.test(text)) {
    const closed = '[\\p{Script=Han}）”》」』]';
    return text
      .replace(new RegExp(`(?<=${closed}(?:</?\\d+/?>|\\[\\[\\d+\\]\\])*)([,;?!:]|\\.(?!\\.))(?![/\\d\\p{Script=Latin}]|\\.) ?`, 'gu'), (_, mark: string) => wide[mark] ?? mark)
      .replace(/(?<=\]\])\.(?= *$| +[\p{Script=Han}])\s*/gu, '。');
  }
  if (!['zh', 'ja', 'ko'].includes(language) && !/\p{Script=Han}/u.test(text)) {
    return text.replace(/[，。：；？！、](?=(\s|$|[^\p{L}\p{N}\s])?)/gu, (mark, next: string | undefined) => (next === undefined ? (narrow[mark] ?? mark) : (narrow[mark] ?? mark).trim())).trimEnd();
  }
  return text;
}

import type { Format } from '../segments.ts';
import { englishApp, englishIcu } from './tricky-english.ts';
import { chineseApp, chineseIcu } from './tricky-chinese.ts';
import { htmlTexts, markdownTexts } from './tricky-markup.ts';

export interface TrickyString {
  id: string;
  format: Format;
  source: string;
}

const numbered = (name: string, format: Format, sources: readonly string[]): TrickyString[] => sources.map((source, index) => ({ id: `${name}-${index + 1}`, format, source }));

/**
 * Strings a translator breaks: app texts with placeholders and tags of many libraries, ICU messages, Markdown and HTML, in English and Chinese.
 * All are written for this project.
 */
export const trickyStrings: readonly TrickyString[] = [
  ...numbered('english-app', 'plain', englishApp),
  ...numbered('chinese-app', 'plain', chineseApp),
  ...numbered('english-icu', 'plain', englishIcu),
  ...numbered('chinese-icu', 'plain', chineseIcu),
  ...numbered('markdown', 'markdown', markdownTexts),
  ...numbered('html', 'html', htmlTexts),
];

import type { Message } from '@glm-tasks/core';
import { neutralize, readLanguage } from '@glm-tasks/task';
import { nameLanguage } from './languages.ts';
import type { Term } from './schema.ts';

/** To be raised with every change of wording, of attempts or of checks: it is a part of what a translation is remembered by. */
export const VERSION = 2;

/** What one call is asked to do. */
export interface Ask {
  text: string;
  from: string;
  to: string;
  /** Terms of the text, each with its translation. */
  terms: readonly Term[];
  tone?: 'formal' | 'informal' | undefined;
  context?: string | undefined;
  /** Marks in the text that must come back, as examples. */
  marks: readonly string[];
  /** What stood before it, with its translation. */
  before: readonly Pair[];
  /** The plural category it is for. */
  plural?: string | undefined;
}

export interface Pair {
  source: string;
  target: string;
}

/** A pair that shows a model what is wanted when orders alone did not. Written for this. */
const EXAMPLES: Readonly<Record<string, string>> = { en: 'They said that the new park would open to the public next spring.', zh: '他们说，新的公园将于明年春天向公众开放。' };

export function exampleFor(from: string, to: string): Pair[] {
  const [source, target] = [EXAMPLES[readLanguage(from).language], EXAMPLES[readLanguage(to).language]];
  return source === undefined || target === undefined ? [] : [{ source, target }];
}

export interface Wording {
  /** A model made for translation has none, and knows one turn alone. */
  system?: string;
  /** What stands in front of the text; without it the text is all that the model is given. */
  order?(ask: Ask): string;
}

const chinese = {
  system: '你是专业翻译，译文准确、完整、通顺。',
  order: (ask: Ask): string => {
    const language = nameLanguage(ask.to, 'zh');
    const lines = [
      ask.context === undefined ? '' : `背景：${ask.context}`,
      ask.terms.length === 0 ? '' : `参考下面的翻译：\n${ask.terms.map(({ source, target }) => `${source} 翻译成 ${target}`).join('\n')}`,
      `将以下文本翻译为${language}，注意只需要输出翻译后的结果，不要额外解释${rulesInChinese(ask)}：`,
    ];
    return lines.filter((line) => line !== '').join('\n\n');
  },
} satisfies Wording;

const english = {
  system: 'You are a professional translator. Your translations are accurate, complete and natural.',
  order: (ask: Ask): string => {
    const language = nameLanguage(ask.to, 'en');
    const source = ask.from === 'und' ? '' : ` from ${nameLanguage(ask.from, 'en')}`;
    const lines = [
      ask.context === undefined ? '' : `Background: ${ask.context}`,
      ask.terms.length === 0 ? '' : `Use these translations:\n${ask.terms.map(({ source, target }) => `${source} = ${target}`).join('\n')}`,
      `Translate the following text${source} into ${language}. Output only the translation.${rulesInEnglish(ask)}`,
    ];
    return lines.filter((line) => line !== '').join('\n\n');
  },
} satisfies Wording;

/** The prompts of HY-MT and Hunyuan-MT, from the README of Tencent-Hunyuan/HY-MT. */
export const hunyuan: Wording = {
  order({ terms, context, from, to }) {
    if (![from, to].some((tag) => readLanguage(tag).language === 'zh')) return `Translate the following segment into ${nameLanguage(to, 'en')}, without additional explanation.`;
    const language = nameLanguage(to, 'zh');
    const glossary = terms.length === 0 ? '' : `参考下面的翻译：\n${terms.map(({ source, target }) => `${source} 翻译成 ${target}`).join('\n')}\n\n`;
    const order = context === undefined ? `将以下文本翻译为${language}，注意只需要输出翻译后的结果，不要额外解释：` : `${context}\n参考上面的信息，把下面的文本翻译成${language}，注意不需要翻译上文，也不要额外解释：`;
    return `${glossary}${order}`;
  },
};

/** For a model that rewrites what it is given. */
export const rewriting: Wording = {};

/** The wording for a first and for a second attempt. Small models of Chinese make follow Chinese orders better where Chinese is one of the languages. */
export function chooseWordings(from: string, to: string): [first: Required<Wording>, second: Required<Wording>] {
  const isChinese = [from, to].some((tag) => readLanguage(tag).language === 'zh');
  return isChinese ? [chinese, english] : [english, chinese];
}

export function buildPrompt({ system, order }: Wording, ask: Ask): string | Message[] {
  if (order === undefined) return ask.text.trim();
  const request: Message = { role: 'user', content: `${order(ask)}\n\n${neutralize(ask.text)}` };
  if (system === undefined) return [request];
  const turns = ask.before.flatMap(({ source, target }): Message[] => [
    { role: 'user', content: `${order({ ...ask, terms: [], marks: [], plural: undefined })}\n\n${neutralize(source)}` },
    { role: 'assistant', content: target },
  ]);
  return [{ role: 'system', content: system }, ...turns, request];
}

function rulesInChinese({ tone, marks, to, plural }: Ask): string {
  const polite = tone === undefined ? '' : tone === 'formal' ? '，语气正式' : '，语气亲切随意';
  const person = tone === undefined || readLanguage(to).language !== 'zh' ? '' : tone === 'formal' ? '，用“您”称呼读者' : '，用“你”称呼读者';
  return `${polite}${person}${isSingular(plural, to) ? '，数量是一，用单数' : ''}${marks.length === 0 ? '' : `，原样保留 ${marks.join(' ')} 这样的标记`}`;
}

function rulesInEnglish({ tone, marks, to, plural }: Ask): string {
  const polite = tone === undefined ? '' : ` Address the reader in a ${tone} way.`;
  return `${polite}${isSingular(plural, to) ? ' The number is one: use the singular.' : ''}${marks.length === 0 ? '' : ` Keep the marks ${marks.join(' ')} as they are, each in its place.`}`;
}

/** The source may have no form of its own for it. */
function isSingular(plural: string | undefined, to: string): boolean {
  return plural === 'one' && readLanguage(to).language !== 'zh';
}

import { findFacts, readLanguage } from '@glm-tasks/task';

const HAN_SCALE = /[万萬亿億]/u;
const ENGLISH_SCALE = /illion|thousand|\bbn\b/i;

/**
 * A text with its large numbers written as the other language counts: 120 万 as 1.2 million, 14.7 billion as 147亿. Small models take 120 万 for 120
 * million; what stands there ready they copy.
 *
 * @example
 * putNumbers('收集 120 万个签名', 'en'); // '收集 1.2 million个签名'
 */
export function putNumbers(text: string, to: string): string {
  const { language } = readLanguage(to);
  const isWanted = language === 'zh' ? ENGLISH_SCALE : language === 'en' ? HAN_SCALE : undefined;
  if (!isWanted) return text;
  const facts = findFacts(text).filter(({ kind, text, value }) => kind === 'number' && isWanted.test(text) && /^\d+(?:\.\d+)?$/.test(value));
  return facts.reduceRight((put, { start, end, value }) => `${put.slice(0, start)}${language === 'zh' ? writeChinese(Number(value)) : writeEnglish(Number(value))}${put.slice(end)}`, text);
}

function writeEnglish(value: number): string {
  if (value >= 1e9) return `${scale(value, 1e9)} billion`;
  return value >= 1e6 ? `${scale(value, 1e6)} million` : value.toLocaleString('en-US');
}

function writeChinese(value: number): string {
  if (value >= 1e8) return `${scale(value, 1e8)}亿`;
  return value >= 1e4 ? `${scale(value, 1e4)}万` : String(value);
}

/** Without the last digits of binary fractions. */
function scale(value: number, unit: number): string {
  return String(Number((value / unit).toPrecision(12)));
}

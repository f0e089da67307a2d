/** Times that lean on the day of the report. */
const DAYS = /\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:yesterday|today|tomorrow|tonight|overnight)\b|\b(?:last|this|next|earlier this|later this) (?:week(?:end)?|month|year|spring|summer|autumn|fall|winter|night|morning|evening|afternoon)\b|(?:周|星期|礼拜)[一二三四五六日天末]|[昨今明][天日晚早]|[前后]天|近日|日前|近期|[上本下这]个?(?:周|月|季度)|[去今明]年|[年月]初|[年月]底|凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|深夜/giu;
/** Quantities that are said in words other than numerals. */
const AMOUNTS = /\b(?:dozens?|half|halves|twice|thrice|doubled?|doubling|tripled?|quarters?|hundreds|thousands|millions|billions|a couple|handful|majority|minority)\b|一半|过半|近半|半数|翻(?:了)?[一两三]?番|成倍|数[十百千万]|[上成近]百|[上成近]千|[上成近]万|多数|少数|十余|百余|千余/giu;

/** Days and amounts that no numeral shows. */
export function findLooseValues(text: string): string[] {
  return [...(text.match(DAYS) ?? []), ...(text.match(AMOUNTS) ?? [])];
}

/** Numerals as they are written, for what no grammar of numbers reads: digits in a row, Chinese numerals in a row. */
export function findNumerals(text: string): string[] {
  return text.replace(/(?<=\d),(?=\d{3})/g, '').match(/\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿]{2,}/g) ?? [];
}

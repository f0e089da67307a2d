/** 这个月 and 那个地方 point at no product; neither does 它们 in the middle of a name. */
const CHINESE = /它们?|(?:这|那)(?:个|款|种|件|套|只|把|台)(?:东西|商品|产品|货)?(?!月|周|星期|礼拜|地方|时候|问题|订单|意思|样|人|店|客服)|该(?:商品|产品|款)/u;
const ENGLISH = /\b(?:it|this one|that one|these ones|those ones)\b(?!'s (?:not |been |a |the )|\s+(?:seems|takes|is (?:not )?(?:possible|urgent|important)))/i;

/**
 * The turn with a pronoun in it replaced by what was last spoken of, so that it can be matched and searched by itself.
 *
 * @example
 * resolveReference('它能进微波炉吗？', '白瓷盖碗'); // 白瓷盖碗能进微波炉吗？
 */
export function resolveReference(text: string, topic: string | undefined): string {
  if (topic === undefined || text.includes(topic)) return text;
  if (CHINESE.test(text)) return text.replace(CHINESE, () => topic);
  return text.replace(ENGLISH, () => `the ${topic}`);
}

export type Sentiment = 'neutral' | 'negative' | 'angry';

/** Anger, threats and the will to complain: a machine should not argue with that. */
const ANGRY = /投诉|举报|消协|消费者协会|12315|工商局|市场监管|律师|起诉|法院|曝光|骗子|诈骗|欺诈|坑人|垃圾(?!袋|桶|箱|分类)|^滚|滚(?:蛋|开|吧)|他妈|妈的|傻[逼bx子]|混蛋|无耻|黑店|差评|气死|忍无可忍|太过分|complain|complaint|lawyer|\bsue you\b|\bsue the\b|scam|fraud|rip-?off|ridiculous|outrageous|unacceptable|bullshit|\bf+u+c+k|\bcrap\b|disgust|worst (?:service|shop|company)/iu;
const NEGATIVE = /太慢|太差|很差|真差|失望|不满|生气|着急|急死|等了(?:很久|好久|这么久|半天|[\d一二两三四五六七八九十]+(?:个)?(?:天|周|星期|月|小时))|还没(?:到|收到|发货|处理|回复)|没人(?:管|理|回)|到底|敷衍|答非所问|没用(?!过|完|到)|(?<!麻)烦(?!请)|破了|碎了|坏了|disappoint|upset|annoy|frustrat|angry|terrible|awful|useless|still (?:not|hasn't|haven't|waiting)|waited (?:for )?(?:days|weeks|ages|hours)|broken|nobody (?:answers|helps|cares)/iu;
/** Asking how complaints are made, or saying that there is none, is no complaint. */
const ABOUT_COMPLAINTS = /(?:怎么|如何|哪里|哪儿|在哪|什么|渠道|电话|邮箱|不是|没有|不想|不会|不用)[^，。！？,.!?]{0,6}(?:投诉|差评|举报)|(?:投诉|举报|差评)(?:渠道|电话|热线|邮箱|流程|方式|入口|怎么|在哪)|(?:how|where)[^.!?]{0,30}\bcomplain|\b(?:not|no|never|without)\b[^.!?]{0,12}complain|\bcomplaints? (?:procedure|form|department|policy)/iu;

/**
 * How a customer feels, by words that leave little doubt; irony is not understood.
 *
 * @example
 * readTone('我要投诉你们！'); // angry
 * readTone('投诉电话是多少？'); // neutral
 */
export function readTone(text: string): Sentiment {
  const rest = text.replace(new RegExp(ABOUT_COMPLAINTS, 'giu'), ' ');
  if (ANGRY.test(rest)) return 'angry';
  return NEGATIVE.test(rest) ? 'negative' : 'neutral';
}

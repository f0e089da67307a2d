const mark = String.raw`^(?:[-*•]|\d{1,2}[.)])?\s*`;
const noun = '(?:text|article|passage|document|transcript|excerpt|extract|paragraph|section|summary|paper|essay|author|writer|speech|notice|report|notes?)';
const verb = '(?:is about|discuss|describ|outlin|summari[sz]|introduc|present|highlight|emphasi[sz]|address|focus|talk|cover|mention|explain|provid|detail|explor|state|say|note|report|argue|suggest|reveal|tell|deal|contain)';
const patterns = [
  new RegExp(`${mark}(?:in |according to )?(?:this|the)(?: \\w+)? ${noun}(?:'s)?(?: (?:also|then|further|mainly|briefly))? ${verb}`, 'iu'),
  new RegExp(`${mark}(?:in|according to) (?:this|the) ${noun}\\b`, 'iu'),
  /^[\s\-*•\d.)]*(?:本文|该文|此文|文章|文本|全文|文中|上文|该段|本段|这段|这篇|该篇|作者|以上内容|上述内容|该文本|这份|本摘要)[^，。：]{0,8}?(?:介绍|讨论|描述|讲述|强调|提到|指出|说明|概述|阐述|探讨|分析|综述|总结|主要|包括|提供|研究|围绕|表示|认为)/u,
];

/** The words with which a sentence opens by talking about the text it summarizes ("The text discusses", 本文介绍); undefined where it does not. */
export function findOpening(sentence: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(sentence.trim());
    if (found) return found[0];
  }
  return undefined;
}

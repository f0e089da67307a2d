/** The family names that nine in ten Chinese people have, and all of two characters that are at all common. */
const FAMILY = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤';
const COMPOUND = '欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|令狐|慕容';
const TITLE = '市长|县长|区长|镇长|村长|省长|部长|局长|处长|科长|院长|校长|馆长|所长|站长|队长|会长|主任|经理|总监|董事长|总裁|主席|书记|教授|博士|医生|记者|老师|教练|专家|研究员|工程师|负责人|发言人|居民|市民|村民|学生|读者|乘客|店主|老板';
const SPEECH = '说|表示|指出|介绍|告诉|认为|称|强调|透露|坦言|回忆|先生|女士|小姐|同志';
const person = `(?:${COMPOUND}|[${FAMILY}])\\p{Script=Han}{1,2}?`;
/** Not the beginning of another word: 高度, 金额, 方面 and the like. */
const COMMON = /^(?:高度|高速|高效|高中|金额|金融|方面|方式|方案|白天|白色|万元|万人|万吨|程度|江边|江上|任务|任何|严格|严重|于是|何时|何人|余人|余名|余家|石油|向前|周边|周年|周末|周围|周[一二三四五六日]|夏季|夏天|龙头|马上|马路|段时间|许多|曾经|叶子|林业|田间|陆续|武器|方可|方能|史上|毛巾|钱款|于[\p{Script=Han}])/u;

/** Behind a title the second character is enough to tell a name from another. */
const behindTitle = new RegExp(`(?:${TITLE})((?:${COMPOUND}|[${FAMILY}])\\p{Script=Han})`, 'gu');
const beforeSpeech = new RegExp(`(?:^|[，。；：、“”（）！？和与及由据])(${person})(?=${SPEECH}|${TITLE})`, 'gu');

/** Where a sentence or a clause begins, a family name in front of what it does not stand in front of in the facts is likely one. Not of those that are common words too. */
const opening = /(?:^|[，。；：、])([\p{Script=Han}])(\p{Script=Han})/gu;
const AMBIGUOUS = '于向任何高方万程周余江金许严白平时';
/** 小李, 老王. */
const familiar = new RegExp(`[小老阿]([${FAMILY}])(?!时|学|区|组|型|说|心|师|人|年|城)`, 'gu');
/** Behind a word of place or company: two characters of which the facts have neither. */
const placed = /(?:在|于|来自|由|与|和|对|据)(\p{Script=Han}{2})/gu;
const COMMON_PLACED = /^(?:现场|此次|此前|此后|各地|当地|当天|当日|当晚|今后|未来|期间|以上|以下|周边|附近|国内|全国|社会|自己|其他|相关|有关|了解|悉)/u;

/** Chinese names of people and places that `known` has not, by where they stand; elsewhere no rule can tell them. */
export function findPeople(text: string, known: string): string[] {
  const beside = [...text.matchAll(behindTitle), ...text.matchAll(beforeSpeech)].map((match) => match[1] as string).filter((name) => !COMMON.test(name) && !known.includes(name) && !(name.length > 2 && known.includes(name.slice(0, -1))));
  const first = [...text.matchAll(opening)].filter(([, family = '']) => FAMILY.includes(family) && !AMBIGUOUS.includes(family)).map(([, family = '', given = '']) => `${family}${given}`).filter((name) => !known.includes(name) && !COMMON.test(name));
  const near = [...text.matchAll(placed)].map(([, place = '']) => place).filter((place) => [...place].every((character) => !known.includes(character)) && !COMMON_PLACED.test(place));
  const called = [...text.matchAll(familiar)].filter(([name, family = '']) => !AMBIGUOUS.includes(family) && !known.includes(name)).map(([name]) => name);
  return [...new Set([...beside, ...first, ...called, ...near])];
}

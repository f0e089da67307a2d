/** Ideas for stories, written for this project: five in each language, of several genres, one with names that must occur. */
export const STORY_PREMISES = [
  { id: 'lamp', language: 'en', premise: 'A lighthouse keeper on a lonely island finds a boat with nobody in it, but the lamp on board is still warm.', characters: [] },
  { id: 'ledger', language: 'en', premise: 'A young clerk discovers that someone has been paying the rent of an empty flat for thirty years, in coins.', genre: 'mystery', characters: [{ name: 'Ines Calder', role: 'the clerk' }, { name: 'Mr Doyle', role: 'her superior' }] },
  { id: 'bakery', language: 'en', premise: 'Two bakers who share one oven and have not spoken for a year must bake one wedding cake together overnight.', tone: 'comic', characters: [] },
  { id: 'seeds', language: 'en', premise: 'On a mining station of an asteroid, the cook grows a single tomato plant, and one morning the only tomato is gone.', genre: 'science fiction', characters: [] },
  { id: 'ferry', language: 'en', premise: 'A ferryman is asked by a stranger to carry a locked piano across the river during a flood.', characters: [] },
  { id: 'watch', language: 'zh', premise: '一位修表匠收到一块停在三点十七分的怀表，表盖里刻着他自己的名字，而他从未见过这块表。', characters: [{ name: '沈默', role: '修表匠' }] },
  { id: 'bus', language: 'zh', premise: '雨夜的末班公交车上，司机发现每天坐在最后一排的老人今天没有上车，座位上却放着一把湿伞。', tone: '温暖', characters: [] },
  { id: 'well', language: 'zh', premise: '山村里的老井忽然传出读书声，村里唯一的小学生决定下去看看。', genre: '童话', characters: [] },
  { id: 'script', language: 'zh', premise: '剧团的道具师在旧箱子里翻出一个没有署名的剧本，剧中写的正是剧团这个星期发生的事。', genre: '悬疑', characters: [{ name: '许青', role: '道具师' }, { name: '老关', role: '团长' }] },
  { id: 'orbit', language: 'zh', premise: '空间站上的两名宇航员只剩一个人的返程座位，而地面在十二小时后才能再次联系。', genre: '科幻', characters: [] },
] as const;

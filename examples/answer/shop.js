// node examples/answer/shop.js: the service desk of a shop, in Chinese
import { readFile } from 'node:fs/promises';
import { createKnowledge, createServiceDesk, fromPretrained } from 'glm-tasks';

const read = async (/** @type {string} */ source) => ({ source, bytes: await readFile(new URL(`../texts/${source}`, import.meta.url)) });
const knowledge = await createKnowledge([await read('tea-shop-faq.json'), await read('tea-shop-guide.md')]);
const model = await fromPretrained('small');

const desk = createServiceDesk({
  model,
  knowledge,
  slots: [
    { name: 'order', question: '请告诉我订单号，是SN开头的十位数字。', pattern: /SN\d{10}/i },
    { name: 'product', question: '请问是哪一款？', values: ['白瓷盖碗', '紫砂壶'], topic: true },
  ],
  intents: [{ name: 'track', label: '查物流', utterances: ['查一下物流', '我的快递到哪了', '包裹到哪里了'], slots: ['order'], reply: '订单{order}已经到达杭州，预计明天送达。' }],
  policies: [{ name: '不承诺退款', forbid: /(?:一定|保证|肯定|马上).{0,8}退款/u, replacement: '退款以审核结果为准。' }],
  handover: { keywords: ['生病', '受伤'], misses: 3 },
});

for (const text of ['您好，白瓷盖碗多少钱？', '它能进微波炉吗？', '会员一百分可以抵多少元？', '我的快递到哪了', 'SN2026112401', '火星上有分店吗？', '转人工，我的电话是13800138000']) {
  const { status, text: said, quotes, ticket } = await desk.reply({ sessionId: 'web-1', text });
  console.log(`客户：${text}\n客服（${status}）：${said}${quotes.length > 0 ? `〔${quotes[0]?.source}〕` : ''}${ticket ? `\n${ticket.summary}` : ''}`);
}
await model.dispose();

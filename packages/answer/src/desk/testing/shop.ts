import type { Intent } from '../intents.ts';
import type { Policy } from '../policies.ts';
import type { Slot } from '../slots.ts';

/** A tea shop, for the tests of the desk. */
export const SHOP_FAQ = [
  { question: '多久能发货？', variants: ['什么时候发货', '下单后几天发货', '今天下单什么时候能寄出'], answer: '付款后四十八小时内发货，周日和节假日顺延。' },
  { question: '运费是多少？', variants: ['邮费多少钱', '包邮吗', '快递费怎么算'], answer: '满九十九元包邮，不满的订单收八元运费。' },
  { question: '收到货以后多少天可以退货？', variants: ['退货期限是几天', '几天之内能退', '七天无理由退货吗'], answer: '签收后七天内，没有用过的商品可以退货。' },
  { question: '茶具碎了怎么办？', variants: ['收到的杯子是碎的', '运输途中破损怎么处理'], answer: '请在签收后两天内拍照发给客服，核实以后免费补发。' },
  { question: '可以开发票吗？', variants: ['怎么开发票', '能开电子发票吗'], answer: '可以，下单时填写抬头，电子发票在发货后三天内发到邮箱。' },
  { question: '白瓷盖碗能进微波炉吗？', variants: ['白瓷盖碗可以用微波炉加热吗'], answer: '白瓷盖碗没有金边，可以进微波炉。' },
  { question: '白瓷盖碗多少钱？', variants: ['白瓷盖碗的价格', '白瓷盖碗卖多少钱'], answer: '白瓷盖碗每只六十八元。' },
  { question: '紫砂壶多少钱？', variants: ['紫砂壶的价格', '紫砂壶卖多少钱'], answer: '紫砂壶每把三百二十元。' },
  { question: '人工客服几点上班？', variants: ['客服的工作时间', '客服什么时候在线'], answer: '人工客服每天九点到二十一点在线。' },
  { question: '投诉电话是多少？', variants: ['怎么投诉', '投诉渠道是什么'], answer: '投诉电话是400-820-8820，每天九点到十八点有人接听。' },
];

export const SHOP_GUIDE = '山南茶器的紫砂壶用宜兴的泥料手工制成，容量二百毫升，第一次使用前要用清水煮半小时。\n\n会员每消费十元积一分，一百分可以抵五元，积分在次年十二月底清零。';

export const SHOP_SLOTS: Slot[] = [
  { name: 'order', question: '请告诉我订单号，是SN开头的十位数字。', pattern: /SN\d{10}/i },
  { name: 'phone', question: '请留一个手机号码。', pattern: /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/ },
  { name: 'product', question: '请问是哪一款：白瓷盖碗还是紫砂壶？', values: { 白瓷盖碗: ['盖碗', '白瓷碗'], 紫砂壶: ['紫砂', '壶'] }, topic: true },
  { name: 'reason', question: '请问退货的原因是什么？', description: 'why the customer sends it back' },
];

export const SHOP_INTENTS: Intent[] = [
  { name: 'track', label: '查物流', utterances: ['查一下物流', '我的快递到哪了', '包裹到哪里了', '订单到哪儿了', '帮我查快递'], slots: ['order'], reply: ({ slots }) => `订单${slots['order']}已经到达杭州中转站，预计明天送达。` },
  { name: 'return', label: '退货', utterances: ['我要退货', '我想把东西退了', '申请退货', '帮我办退货'], slots: ['order', 'reason'], reply: '订单{order}的退货申请已经登记，原因：{reason}。' },
  { name: 'callback', label: '回电', utterances: ['请给我回个电话', '让人给我打电话', '约个回电'], slots: ['phone'], reply: '好的，我们会拨打{phone}。' },
  { name: 'bulk', label: '团购', utterances: ['我要团购', '公司想批量采购', '大量采购有没有优惠价'] },
];

export const SHOP_POLICIES: Policy[] = [
  { name: '不承诺退款', forbid: /(?:一定|保证|肯定|马上).{0,8}退款|全额退款/u, replacement: '退款以审核结果为准。' },
  { name: '不透露进价', forbid: /进价|成本价/u, action: 'handover' },
];

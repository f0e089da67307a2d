import type { RewriteInput } from '@glm-tasks/write';

type Wish = Omit<RewriteInput, 'text'>;

export interface RewriteCase {
  id: string;
  text: string;
  wishes: readonly Wish[];
}

/** Texts written for this project, of the kinds that people rewrite: notes to colleagues, notices, reports, complaints. */
export const REWRITE_CASES: readonly RewriteCase[] = [
  {
    id: 'parcels',
    text: "Hey Tom, so the 14 parcels from Lindqvist finally showed up on 3 May. Two of them look like somebody sat on them, honestly. I stuck them in the back room next to the printer. Can you grab them before Friday, or we'll have no place for the chairs?",
    wishes: [{ tone: 'formal' }, { length: 'shorter' }],
  },
  {
    id: 'clause',
    text: 'The tenant shall, no later than fourteen days prior to the commencement of any alteration to the premises, furnish the landlord with a written description thereof. Consent shall not be unreasonably withheld, provided that the alteration does not impair the structural integrity of the building. Upon termination of the lease, the tenant shall reinstate the premises to their original condition at a cost not exceeding 2,500 euros.',
    wishes: [{ simpler: true }, { length: { words: 45 } }],
  },
  {
    id: 'outage',
    text: '# Outage of 12 June\n\nThe storage cluster in Rotterdam lost power at 04:10. The backup generator failed to start, because its fuel valve had been closed during maintenance.\n\n- 3,200 customers had no access for 95 minutes.\n- No data were lost.\n\nMarta Jansen, who leads operations, said: "We will test the generator every week from now on."',
    wishes: [{ simpler: true }, { tone: 'friendly' }],
  },
  {
    id: 'complaint',
    text: "I ordered a blue kettle on your site three weeks ago and got a red one. I've called four times. Every time somebody promises that a new one is on its way, and nothing comes. This is ridiculous, and if I don't get my 39 euros back by Monday I'll never buy from you again.",
    wishes: [{ tone: 'neutral' }, { formal: true, length: 'shorter' }],
  },
  {
    id: 'bees',
    text: 'Honeybees find their way by the sun. On cloudy days they read the pattern of polarised light in a small patch of blue sky. A bee that has found flowers dances on the comb when she comes home; the direction and the length of her dance tell the others where to fly.',
    wishes: [{ length: 'longer' }, { style: 'for children of eight years' }],
  },
  {
    id: '快递',
    text: '小王啊，昨天到的那12箱货我给你堆仓库门口了，有两箱压得不成样子，你赶紧去看看。还有，李经理说5月3日之前必须把单子交了，别又拖到最后一天，到时候谁也帮不了你。',
    wishes: [{ tone: 'formal' }, { length: 'shorter' }],
  },
  {
    id: '条款',
    text: '承租人如需对房屋进行改造，应当于改造开始前十四日以书面形式告知出租人，并附改造方案。出租人无正当理由不得拒绝，但改造危及房屋主体结构安全的除外。租赁期限届满，承租人应当将房屋恢复原状，恢复费用不超过2500元。',
    wishes: [{ simpler: true }, { length: { characters: 70 } }],
  },
  {
    id: '停电',
    text: '## 6月12日停电说明\n\n当天凌晨4点10分，鹿特丹机房突然断电，备用发电机未能启动，原因是检修时关闭了油阀。\n\n- 3200名用户在95分钟内无法访问。\n- 没有数据丢失。\n\n运维负责人张敏说：“今后我们每周都会测试发电机。”',
    wishes: [{ simpler: true }, { tone: 'friendly' }],
  },
  {
    id: '投诉',
    text: '我三个星期前在你们网店买了一把蓝色的水壶，结果寄来一把红的。电话打了四次，每次都说马上换，到现在连个影子都没有。你们这是糊弄谁呢？星期一之前不把39元退给我，我以后再也不来了。',
    wishes: [{ tone: 'neutral' }, { formal: true, length: 'shorter' }],
  },
  {
    id: '蜜蜂',
    text: '蜜蜂靠太阳辨别方向。阴天的时候，它们从一小块蓝天里偏振光的分布判断太阳在哪里。找到花的蜜蜂回到蜂巢以后，会在巢脾上跳舞，舞的方向和长短告诉同伴应该往哪里飞、飞多远。',
    wishes: [{ length: 'longer' }, { style: '讲给八岁的孩子听' }],
  },
];

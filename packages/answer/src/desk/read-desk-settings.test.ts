import { expect, test } from 'vitest';
import { createKnowledge } from '../knowledge/knowledge.ts';
import { createServiceDesk } from './create-service-desk.ts';
import { readDeskSettings } from './read-desk-settings.ts';

test('a desk from JSON', async () => {
  const settings = readDeskSettings(
    JSON.stringify({
      language: 'zh',
      slots: [{ name: 'order', question: '订单号？', pattern: 'SN(\\d{4})' }, { name: 'colour', question: '颜色？', values: { red: ['红'] } }],
      intents: [{ name: 'track', utterances: ['查物流'], slots: ['order'], reply: '{order}在路上。' }],
      policies: [{ name: 'p', forbid: '保证' }],
      handover: { keywords: ['经理'], personalData: 'plain' },
      thresholds: { faq: 0.9 },
      texts: { zh: { greeting: '欢迎光临。' } },
    }),
  );
  const desk = createServiceDesk({ knowledge: await createKnowledge([]), ...settings });
  const say = async (text: string) => (await desk.reply({ sessionId: 's', text })).text;
  expect([await say('hello'), await say('查物流'), await say('sn1234')]).toEqual(['欢迎光临。', '订单号？', '1234在路上。']);
});

test.each([
  ['{', /not JSON/],
  ['[]', /expected object/],
  ['{"intent":[]}', /Unrecognized key/],
  ['{"slots":[{"name":"a","question":"?","pattern":"("}]}', /slot "a" has no regular expression/],
  ['{"policies":[{"name":"a"}]}', /policies\.0\.forbid/],
  ['{"handover":{"misses":0}}', /handover\.misses/],
])('%s is refused', (json, message) => expect(() => readDeskSettings(json, 'desk.json')).toThrow(message));

test('texts that a desk does not have are refused', async () => {
  const settings = readDeskSettings('{"texts":{"zh":{"hello":"x"}}}');
  const knowledge = await createKnowledge([]);
  expect(() => createServiceDesk({ knowledge, ...settings })).toThrow(/no text "hello"/);
});

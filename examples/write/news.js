// node examples/write/news.js: a report from facts, in English and in Chinese
import { fromPretrained, writeNews } from 'glm-tasks';

const model = await fromPretrained('small');

const english = [
  { who: 'The Port Hale city council', what: 'approved a new tram line to the harbour', when: '2026-05-03' },
  { who: 'The tram line', what: 'will cost 84 million euros' },
  { who: 'The tram line', what: 'will have 11 stops' },
  { who: 'Construction', what: 'will start', when: '2027-09', why: 'the river bank must be secured first', quote: { text: 'We have waited nine years for this line.', speaker: 'Anna Holt, the mayor' } },
];
const chinese = [
  { who: '市图书馆', what: '启用新馆', when: '2026-05-03', where: '滨江区' },
  { who: '新馆', what: '面积为1.2万平方米' },
  { who: '新馆', what: '设有座位860个', quote: { text: '孩子们终于有了自己的阅览室。', speaker: '馆长王敏' } },
];
for (const facts of [english, chinese]) {
  const { text, paragraphs, unused, warnings } = await writeNews({ facts, dateline: { place: facts === english ? 'Port Hale' : '临江', date: '2026-05-04' } }, { model });
  console.log(`${text}\n`);
  for (const { text: sentence, factIds, by } of paragraphs.flatMap(({ sentences }) => sentences)) console.log(`  ${factIds.join(', ')} (${by}): ${sentence}`);
  console.log(unused.length > 0 ? `not told: ${unused.map(({ id }) => id).join(', ')}` : 'every fact is told');
  for (const warning of warnings) console.log(`note: ${warning}`);
}

await model.dispose();

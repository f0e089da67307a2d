// node examples/write/rewrite.js: another tone, simpler words, another length; numbers, names and quotations stay
import { fromPretrained, rewrite } from 'glm-tasks';

const model = await fromPretrained('small');

const note = 'Hey folks, the 2 new printers finally showed up on 3 May. They sit in room 214, so stop bugging Anna Holt about them!';
const notice = '各位租户如需对房屋结构进行改动，应于2026年6月30日前以书面形式向物业管理处提出申请。';
for (const input of [{ text: note, tone: /** @type {const} */ ('formal') }, { text: note, length: /** @type {const} */ ('shorter') }, { text: notice, simpler: true }]) {
  const { text, status, warnings } = await rewrite(input, { model });
  console.log(`${status}: ${text}`);
  for (const warning of warnings) console.log(`note: ${warning}`);
}

await model.dispose();

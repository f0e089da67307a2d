// node examples/translate/strings.js: the strings of an app, placeholders and plurals kept
import { readFile } from 'node:fs/promises';
import { fromPretrained, translate } from 'glm-tasks';

const text = await readFile(new URL('../texts/app-strings.json', import.meta.url), 'utf8');
const model = await fromPretrained('small');

const glossary = [{ source: 'ticket', target: '船票' }, { source: 'cart', target: '购物车' }];
const { text: chinese, segments, status } = await translate({ text, format: 'json', to: 'zh', glossary, tone: 'informal' }, { model });
console.log(chinese);
for (const { id, state, issues } of segments) console.log(`${id}: ${state} ${issues.join('; ')}`);
console.log(status);

await model.dispose();

// node examples/translate/terms.js: a glossary proposed for a document, then used on it
import { readFile } from 'node:fs/promises';
import { extractTerms, fromPretrained, translate } from 'glm-tasks';

const text = await readFile(new URL('../texts/harbour-meeting.txt', import.meta.url), 'utf8');
const model = await fromPretrained('small');

const { terms } = await extractTerms({ text, to: 'zh', most: 8 }, { model });
for (const { source, target, keep, count } of terms) console.log(`${count} x ${source}: ${keep ? '(stays)' : target}`);

const { segments } = await translate({ text: text.slice(0, 1_500), to: 'zh', glossary: terms }, { model });
for (const { source, target, issues } of segments.slice(0, 4)) console.log(`${source}\n  ${target} ${issues.join('; ')}`);

await model.dispose();

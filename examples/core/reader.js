// npm install @huggingface/transformers && node examples/core/reader.js "your question" text.txt
import { readFile } from 'node:fs/promises';
import { loadReader } from 'glm-tasks';

// Any ONNX repository of the Hub for extractive question answering.
const reader = await loadReader('Xenova/distilbert-base-uncased-distilled-squad');
const text = process.argv[3] === undefined ? 'The bridge opens on the fourth of May. Tolls are paid in coins.' : await readFile(process.argv[3], 'utf8');
const answer = await reader.answer(process.argv[2] ?? 'When does the bridge open?', text);

if (answer === undefined) console.log('The text does not say.');
else {
  console.log(`${answer.text} (${(answer.score * 100).toFixed(0)} % sure)`);
  // The answer stands in the text, word for word.
  console.log(`… ${text.slice(Math.max(0, answer.start - 40), answer.start)}[${answer.text}]${text.slice(answer.end, answer.end + 40)} …`);
}

await reader.dispose();

// node examples/core/embed.js "what you look for"
import { fromPretrained } from 'glm-tasks';

const model = await fromPretrained('all-minilm-l6-v2');
const sentences = [
  'The library is closed on Mondays.',
  'Tickets for the ferry are sold at the pier.',
  'Lost keys are kept at the front desk for a month.',
  'The kitchen serves warm meals until nine in the evening.',
];

const [wanted = new Float32Array(), ...vectors] = await model.embed([process.argv[2] ?? 'When can I have dinner?', ...sentences]);
// Vectors have length 1: the sum of products is the cosine of the angle between two of them.
const score = (/** @type {Float32Array} */ vector) => vector.reduce((sum, value, at) => sum + value * (wanted[at] ?? 0), 0);
const found = vectors.map((vector, at) => ({ text: sentences[at], score: score(vector) })).sort((a, b) => b.score - a.score);
for (const { text, score } of found) console.log(score.toFixed(2), text);

await model.dispose();

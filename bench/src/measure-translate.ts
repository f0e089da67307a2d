import { prepareModel, pull } from '@glm-tasks/weights';
import { runTranslator, type TranslatorOptions, type TranslatorRun } from './peers/translator.ts';
import { readEnglishText } from './real-texts.ts';
import { median, printTable } from './table.ts';

export interface TranslateOptions {
  label: string;
  rounds: number;
  threads: number;
  sequences: number;
  sentences: number;
}

const SHORTEST = 60;
const LONGEST = 200;

/** A batch of English sentences to Chinese: our task against llama.cpp with the same file, one by one and with its own batching. */
export async function measureTranslate({ label, rounds, threads, sequences, sentences: count }: TranslateOptions): Promise<void> {
  const { files } = await pull(label);
  const { folder } = await prepareModel(label);
  const sentences = readSentences(count);
  const file = files[0]!.path!;
  const peers: Record<string, TranslatorOptions> = {
    'glm-tasks': { kind: 'glm-tasks', path: folder, threads, sequences },
    'llama.cpp, one by one': { kind: 'llama.cpp', path: file, threads, sequences: 1 },
    [`llama.cpp, ${sequences} sequences`]: { kind: 'llama.cpp', path: file, threads, sequences },
  };
  const runs = new Map<string, TranslatorRun[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, options] of Object.entries(peers)) {
      const run = await runTranslator(options, sentences);
      runs.set(name, [...(runs.get(name) ?? []), run]);
      console.error(`${label}: ${name}, round ${round + 1}: ${run.seconds.toFixed(1)} s`);
    }
  }
  const rateOf = (all: readonly TranslatorRun[]): number => sentences.length / median(all.map(({ seconds }) => seconds));
  const ours = rateOf(runs.get('glm-tasks')!);
  const rows = [...runs].map(([name, all]) => [name, rateOf(all), `${(ours / rateOf(all)).toFixed(2)}x`, Math.round(all[0]!.texts.join('').length / sentences.length)]);
  printTable(`${label}: ${sentences.length} sentences to Chinese, medians of ${rounds} rounds, ${threads} threads`, ['', 'sentences a second', 'ours is', 'characters of a translation'], rows);
  for (const [name, [run]] of runs) console.log(`\n${name}: ${run!.texts[0]}`);
}

/** Whole sentences of speeches, of a length that sentences have. */
function readSentences(count: number): string[] {
  const sentences = readEnglishText().split(/(?<=[.!?])\s+(?=[A-Z])/).map((sentence) => sentence.replace(/\s+/g, ' ').trim());
  return sentences.filter(({ length }) => length >= SHORTEST && length <= LONGEST).slice(0, count);
}

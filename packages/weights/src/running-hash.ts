import { createHash, type Hash } from 'node:crypto';
import type { ChunkHashes } from './catalog.ts';
import { TaskError } from './errors.ts';

/** The hash of a file that grows, which can be taken back to where its bytes were last known to be right. */
export interface RunningHash {
  /** Throws `integrity_failed` once a stretch has come whole and is not what its hash says. */
  update(bytes: Uint8Array): void;
  /** SHA-256 of all bytes so far, as hex. */
  digest(): string;
  /** Forgets what followed the last stretch that was right, and returns how many bytes are left. */
  rewind(): number;
}

/** @param total size of the whole file, where it is known: the last stretch ends there. */
export function createRunningHash(chunks: ChunkHashes | undefined, total: number | undefined): RunningHash {
  let verified = { bytes: 0, whole: createHash('sha256') };
  let whole: Hash = verified.whole.copy();
  let stretch = createHash('sha256');
  let bytes = 0;

  const nextEnd = (): number => (chunks === undefined ? Infinity : Math.min(verified.bytes + chunks.bytesEach, total ?? Infinity));

  function closeStretch(): void {
    const index = Math.floor(verified.bytes / chunks!.bytesEach);
    const want = chunks!.sha256[index];
    const got = stretch.digest('hex');
    stretch = createHash('sha256');
    if (want === undefined) return;
    if (got !== want) {
      throw new TaskError('integrity_failed', `Bytes ${verified.bytes} to ${bytes} are wrong: SHA-256 ${got} where ${want} is expected.`, {
        details: { from: verified.bytes, to: bytes, want, got },
      });
    }
    verified = { bytes, whole: whole.copy() };
  }

  return {
    update(added) {
      for (let done = 0; done < added.length; ) {
        const piece = added.subarray(done, done + Math.min(added.length - done, nextEnd() - bytes || Infinity));
        whole.update(piece);
        stretch.update(piece);
        done += piece.length;
        bytes += piece.length;
        if (bytes === nextEnd()) closeStretch();
      }
    },
    digest: () => whole.copy().digest('hex'),
    rewind() {
      ({ bytes } = verified);
      whole = verified.whole.copy();
      stretch = createHash('sha256');
      return bytes;
    },
  };
}

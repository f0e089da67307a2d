import { rowInOtherPairs } from './architectures/rotary.ts';
import type { LowRank } from './adapter.ts';

/** Adds to a stretch of a matrix's weights, in place. `first` is the number of the first weight of the stretch. */
export function addLowRank(weights: Float32Array, { first, columns, down, up, scale, otherPairs }: AddedTo): void {
  const rank = down.length / columns;
  const sums = new Float64Array(columns);
  for (let done = 0; done < weights.length; ) {
    const row = Math.floor((first + done) / columns);
    const from = (first + done) % columns;
    const count = Math.min(columns - from, weights.length - done);
    const upRow = otherPairs === undefined ? row : rowInOtherPairs(row, otherPairs.headDimension, otherPairs.ofBase);
    sums.fill(0, from, from + count);
    for (let k = 0; k < rank; k++) {
      const factor = up[upRow * rank + k]!;
      for (let column = from; column < from + count; column++) sums[column]! += factor * down[k * columns + column]!;
    }
    for (let i = 0; i < count; i++) weights[done + i]! += scale * sums[from + i]!;
    done += count;
  }
}

interface AddedTo extends Pick<LowRank, 'scale' | 'otherPairs'> {
  first: number;
  columns: number;
  down: Float32Array;
  up: Float32Array;
}

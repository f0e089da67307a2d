import type { TokenLogprob } from '../../engine.ts';

/** Natural logarithm of the sum of the exponentials: what a logit loses to become a log-probability. */
export function logSumExp(logits: Float32Array): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  // A term below this would not change the sum in double precision, and most of a vocabulary lies there.
  const negligible = largest - 40;
  let sum = 0;
  for (const logit of logits) if (logit > negligible) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}

/** @param logits as the model gave them, before penalties and filters. */
export function describeToken(logits: Float32Array, token: number, top: number, show: (token: number) => string): TokenLogprob {
  const total = logSumExp(logits);
  const describe = (id: number): { token: string; logprob: number } => ({ token: show(id), logprob: logits[id]! - total });
  return { ...describe(token), top: findLikeliest(logits, top).map(describe) };
}

/** The `count` largest, largest first, the lower token first among equals. */
function findLikeliest(logits: Float32Array, count: number): number[] {
  const found: number[] = [];
  if (count === 0) return found;
  let least = -Infinity;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token]!;
    if (found.length === count && logit <= least) continue;
    let place = found.length;
    while (place > 0 && logits[found[place - 1]!]! < logit) place--;
    found.splice(place, 0, token);
    if (found.length > count) found.pop();
    least = logits[found.at(-1)!]!;
  }
  return found;
}

import type { Constraint } from './constraint.ts';
import type { TokenBytes } from './token-bytes.ts';

/**
 * Holds an output to exactly one of several texts. Any token may come whose bytes go on with one of them, so the model may
 * cut a text into tokens as it likes. Where one text begins another, the model decides by ending or going on.
 */
export function createChoicesConstraint(choices: readonly string[], bytes: TokenBytes, eosTokenIds: readonly number[]): Constraint {
  let left = choices.map(bytes.writeText);
  // What is left begins alike up to here.
  let at = 0;
  let allowed: Map<number, string> | undefined;

  /** Tokens that may come next, with what each of them writes. */
  function findAllowed(): Map<number, string> {
    const found = new Map<number, string>();
    const looked = new Set<string>();
    for (const text of left) {
      if (text.length === at) for (const token of eosTokenIds) found.set(token, '');
      for (let end = at + 1; end <= text.length; end++) {
        const written = text.slice(at, end);
        if (looked.has(written)) continue;
        looked.add(written);
        const token = bytes.findToken(written);
        if (token !== undefined) found.set(token, written);
      }
    }
    return found;
  }
  const current = (): Map<number, string> => (allowed ??= findAllowed());

  return {
    prepare: async () => void current(),
    allows: (token) => current().has(token),
    restrict(logits) {
      const kept = [...current().keys()].map((token): [number, number] => [token, logits[token]!]);
      logits.fill(-Infinity);
      for (const [token, logit] of kept) logits[token] = logit;
    },
    accept(token) {
      const written = current().get(token);
      if (written === undefined) throw new Error(`token ${token} goes on with none of the choices`);
      left = left.filter((text) => text.startsWith(written, at));
      at += written.length;
      allowed = undefined;
      return left.length === 1 && left[0]!.length === at;
    },
    dispose: () => {},
  };
}

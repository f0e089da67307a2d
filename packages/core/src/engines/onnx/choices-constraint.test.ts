import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChoicesConstraint } from './choices-constraint.ts';
import type { TokenBytes } from './token-bytes.ts';

const END = 0;
// Latin-1 instead of byte-level writing: a character a byte, which is all that counts here.
const TOKENS = ['<end>', 'a', 'b', 'ab', 'ba', 'aab', 'abc', 'c', '\u00e4', '\u00bd', '\u00a0', '\u00e4\u00bd'];
const bytes: TokenBytes = {
  writeText: (text) => String.fromCharCode(...new TextEncoder().encode(text)),
  findToken: (written) => (TOKENS.indexOf(written) > END ? TOKENS.indexOf(written) : undefined),
  showToken: (token) => TOKENS[token]!,
  readBytes: (token) => Uint8Array.from(TOKENS[token]!, (character) => character.charCodeAt(0)),
  listTokens: () => TOKENS,
};

/** A model that wants other tokens at every step. */
async function run(choices: string[], wishes: number[]): Promise<string> {
  const constraint = createChoicesConstraint(choices, bytes, [END]);
  let written = '';
  for (let step = 0; step < 100; step++) {
    await constraint.prepare();
    const logits = Float32Array.from(TOKENS, (_, token) => (token * (wishes[step % wishes.length]! + 7)) % 31);
    constraint.restrict(logits);
    const allowed = TOKENS.map((_, token) => token).filter((token) => constraint.allows(token));
    expect(allowed.length).toBeGreaterThan(0);
    expect(allowed.every((token) => Number.isFinite(logits[token]))).toBe(true);
    expect(logits.filter((logit) => logit !== -Infinity)).toHaveLength(allowed.length);
    const token = allowed.reduce((best, one) => (logits[one]! > logits[best]! ? one : best));
    if (token === END) break;
    written += TOKENS[token]!;
    if (constraint.accept(token)) break;
  }
  return new TextDecoder().decode(Uint8Array.from(written, (character) => character.charCodeAt(0)));
}

describe('createChoicesConstraint', () => {
  it('ends in one of the choices, whatever the model wants, and can reach each of them', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '你'), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(30), { minLength: 1 }), async (choices, wishes) => {
        expect(choices).toContain(await run(choices, wishes));
      }),
    );
  });

  it('ends at once where nothing else is possible, and lets the model decide where one choice begins another', async () => {
    const constraint = createChoicesConstraint(['a', 'ab'], bytes, [END]);
    expect([1, 3, END].map((token) => constraint.allows(token))).toEqual([true, true, false]);
    expect(constraint.accept(1)).toBe(false);
    expect([1, 2, END].map((token) => constraint.allows(token))).toEqual([false, true, true]);
    expect(constraint.accept(2)).toBe(true);
  });

  it('refuses a token that goes on with none', () => {
    expect(() => createChoicesConstraint(['a'], bytes, [END]).accept(2)).toThrow('none of the choices');
  });
});

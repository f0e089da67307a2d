import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAvoidConstraint } from './avoid-constraint.ts';

/** A token for every text, as its place in the list. */
function open(avoid: string[], tokens: readonly (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  const constraint = createAvoidConstraint(avoid, { readBytes: (token) => (typeof tokens[token] === 'string' ? encoder.encode(tokens[token]) : (tokens[token] as Uint8Array)) });
  const token = (text: string): number => tokens.indexOf(text);
  return { allows: (text: string) => constraint.allows(token(text)), accept: (...texts: string[]) => texts.forEach((text) => constraint.accept(token(text))) };
}

describe('texts to avoid', () => {
  const tokens = ['The', ' text', ' The', ' TEXT', 'ba', 'the', ' bridge', ' tex', 't', '.', ' the text is'];

  it('are not completed, whatever their case and however they are cut into tokens', () => {
    const one = open(['the text'], tokens);
    expect(one.allows('The')).toBe(true);
    one.accept('The');
    expect([' text', ' TEXT', ' bridge', ' tex'].map(one.allows)).toEqual([false, false, true, true]);
    one.accept(' tex');
    expect([one.allows('t'), one.allows('.')]).toEqual([false, true]);
    expect(open(['the text'], tokens).allows(' the text is')).toBe(false);
  });

  it('count at the beginning of a word', () => {
    const one = open(['the text'], tokens);
    one.accept('ba', 'the');
    expect(one.allows(' text')).toBe(true);
  });

  it('may be in any script, and a character may be spread over tokens', () => {
    const [head, tail] = [Uint8Array.from([0xe6, 0x9c]), Uint8Array.from([0xac])]; // 本
    const constraint = createAvoidConstraint(['本文'], { readBytes: (token) => [head, tail, new TextEncoder().encode('文'), new TextEncoder().encode('市')][token]! });
    constraint.accept(0);
    expect(constraint.allows(1)).toBe(true);
    constraint.accept(1);
    expect([constraint.allows(2), constraint.allows(3)]).toEqual([false, true]);
  });

  it('never occur in what was allowed, and nothing else is refused', () => {
    const letter = fc.constantFrom('a', 'b', ' ');
    const text = fc.string({ unit: letter, minLength: 1, maxLength: 4 }).filter((value) => value.trim() !== '');
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), fc.array(fc.string({ unit: letter, minLength: 1, maxLength: 5 }), { maxLength: 30 }), (avoid, tokens) => {
        const constraint = createAvoidConstraint(avoid, { readBytes: (token) => new TextEncoder().encode(tokens[token]) });
        const occurs = (output: string) => avoid.some((one) => new RegExp(`${/^\w/.test(one) ? '(?<!\\w)' : ''}${one}`).test(output));
        let output = '';
        for (const [token, written] of tokens.entries()) {
          expect(constraint.allows(token)).toBe(!occurs(output + written));
          if (!constraint.allows(token)) continue;
          constraint.accept(token);
          output += written;
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreNames } from './restore-names.ts';

const event = '沈默决定把新的怀表送给张明，他希望张明高兴。';

describe('restoreNames', () => {
  it.each([
    ['the common word for a rare name', '沉默决定把新的怀表送给张明。', [event], ['沈默', '张明'], '沈默决定把新的怀表送给张明。'],
    ['a name inside a paragraph', '雨停了。沉默决定把灯关上。', [event], ['沈默'], '雨停了。沈默决定把灯关上。'],
    ['a letter of an alphabet', 'At noon Nara takes out the key.', ['Mara takes out the key.'], ['Mara'], 'At noon Mara takes out the key.'],
  ])('restores %s', (_, text, events, names, restored) => {
    expect(restoreNames(text, events, names)).toBe(restored);
  });

  it.each([
    ['the word itself', '他沉默了一会儿。沉默像一堵墙。', [event], ['沈默']],
    ['the word before the words of the plan', '在沉默决定一切的时候，沈默来了。', [event], ['沈默']],
    ['the name of somebody else', '李鸣决定回家。', ['李明决定回家。'], ['李明', '李鸣']],
    ['a name that is more than a letter off', 'Dora takes out the key.', ['Mara takes out the key.'], ['Mara']],
    ['a part of a word', 'The Samara takes out the key.', ['Mara takes out the key.'], ['Mara']],
    ['anything, where no event has the name', '沉默决定回家。', ['张明决定回家。'], ['沈默']],
  ])('leaves %s', (_, text, events, names) => {
    expect(restoreNames(text, events, names)).toBe(text);
  });

  it('changes nothing but names, one for one', () => {
    const letters = fc.array(fc.constantFrom(...'沈沉默明决定把新的怀表，。 '), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters, letters, (text, plan) => {
        const restored = restoreNames(text, [plan], ['沈默', '沈明']);
        expect(restored).toHaveLength(text.length);
        for (const [index, letter] of [...restored].entries()) if (letter !== text[index]) expect('沈默明').toContain(letter);
      }),
      { numRuns: 500 },
    );
  });
});

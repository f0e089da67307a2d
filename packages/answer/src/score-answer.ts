/** How near an answer comes to one that people gave, 0 to 1. */
export interface AnswerScore {
  exactMatch: number;
  f1: number;
}

/**
 * Against the nearest of several answers. Punctuation and case do not count, nor do articles in English. F1 is over characters and the longest
 * stretch both share where there is Chinese or Japanese (as CMRC 2018 is scored), else over words in any order (as SQuAD is).
 *
 * @example
 * scoreAnswer('the engineer Miriam Holt', ['Miriam Holt']); // { exactMatch: 0, f1: 0.8 }
 */
export function scoreAnswer(answer: string, expected: readonly string[]): AnswerScore {
  const said = split(answer);
  const scores = expected.map((text) => {
    const wanted = split(text);
    const shared = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? longestStretch(said, wanted) : countShared(said, wanted);
    return { exactMatch: said.join(' ') === wanted.join(' ') ? 1 : 0, f1: shared === 0 ? 0 : (2 * shared) / (said.length + wanted.length) };
  });
  return { exactMatch: Math.max(0, ...scores.map((score) => score.exactMatch)), f1: Math.max(0, ...scores.map((score) => score.f1)) };
}

/** Words; every ideograph and kana is one. */
function split(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}])+/gu) ?? [];
  return words.filter((word) => !/^(?:a|an|the)$/.test(word));
}

function countShared(one: readonly string[], other: readonly string[]): number {
  const left = [...other];
  return one.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
}

function longestStretch(one: readonly string[], other: readonly string[]): number {
  let longest = 0;
  let above = new Array<number>(other.length + 1).fill(0);
  for (const word of one) {
    const row = new Array<number>(other.length + 1).fill(0);
    for (const [index, wanted] of other.entries()) {
      if (word !== wanted) continue;
      row[index + 1] = (above[index] as number) + 1;
      longest = Math.max(longest, row[index + 1] as number);
    }
    above = row;
  }
  return longest;
}

import type { AnswerQuestion, Grounded } from '../turn.ts';

type Asked = Parameters<AnswerQuestion>[0];

export interface FakeAnswer {
  answer: AnswerQuestion;
  /** What was asked so far. */
  asked: Asked[];
}

/** Answers by the first pattern that the question matches, with a quote of the knowledge; refuses the rest. */
export function fakeAnswer(entries: readonly [pattern: RegExp, answer: string, quote: string, confidence?: number][]): FakeAnswer {
  const asked: Asked[] = [];
  return {
    asked,
    async answer(input, { knowledge }): Promise<Grounded> {
      asked.push(input);
      const [, answer, quote = '', confidence = 0.9] = entries.find(([pattern]) => pattern.test(input.question)) ?? [];
      if (answer === undefined) return { status: 'refused', reason: 'nothing_found' };
      for (const source of new Set(knowledge.passages.map(({ source }) => source))) {
        const start = knowledge.readText(source)?.indexOf(quote) ?? -1;
        if (start >= 0) return { status: 'answered', answer, quotes: [{ source, start, end: start + quote.length, text: quote }], confidence };
      }
      return { status: 'answered', answer, quotes: [{ source: 'nowhere', start: 0, end: quote.length, text: quote }], confidence };
    },
  };
}

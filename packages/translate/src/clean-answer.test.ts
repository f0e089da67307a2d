import { expect, test } from 'vitest';
import { cleanAnswer } from './clean-answer.ts';

const source = 'The ferry leaves at half past eight.';

test.each([
  ['a preamble', 'Here is the translation:\n渡轮八点半出发。'],
  ['a polite preamble', 'Sure! Here is the translation into Chinese: 渡轮八点半出发。'],
  ['a Chinese preamble', '好的，以下是翻译结果：\n\n渡轮八点半出发。'],
  ['a label', '译文：渡轮八点半出发。'],
  ['a label with the language', '中文翻译：渡轮八点半出发。'],
  ['quotes', '“渡轮八点半出发。”'],
  ['a label and quotes', 'Translation: "渡轮八点半出发。"'],
  ['a code fence', '```text\n渡轮八点半出发。\n```'],
  ['finished reasoning', '<think>\nferry is 渡轮\n</think>\n\n渡轮八点半出发。'],
  ['an explanation behind it', '渡轮八点半出发。\n\n说明：这里的 ferry 指渡轮。'],
])('takes %s away', (_, answer) => {
  expect(cleanAnswer(answer, source)).toBe('渡轮八点半出发。');
});

test('what the source begins with itself stays', () => {
  expect(cleanAnswer('“渡轮出发了。”', '"The ferry has left."')).toBe('“渡轮出发了。”');
  expect(cleanAnswer('Note: the ferry has left.', '注意：渡轮出发了。')).toBe('Note: the ferry has left.');
  expect(cleanAnswer('Sure, the ferry has left.', '没错，渡轮出发了。')).toBe('Sure, the ferry has left.');
  expect(cleanAnswer('「渡轮」和「港口」', '"Ferry" and "harbour"')).toBe('「渡轮」和「港口」');
});

test('an answer in several lines is one line, if that is no explanation', () => {
  expect(cleanAnswer('渡轮出发了。\n它晚上回来。', 'The ferry has left. It comes back tonight.')).toBe('渡轮出发了。它晚上回来。');
});

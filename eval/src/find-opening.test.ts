import { expect, test } from 'vitest';
import { findOpening } from './find-opening.ts';

test.each([
  'The text discusses the need for a bridge.',
  '- This article also highlights the cost.',
  'The provided text describes a meeting.',
  'In this passage, the mayor speaks.',
  'According to the document, work begins in May.',
  "The author's notes explain the delay.",
  '本文介绍了一种新的方法。',
  '- 文章主要讨论了区块链的应用。',
  '这段对话强调了自律的重要性。',
  '作者认为大桥应该重建。',
])('%s talks about the text', (sentence) => {
  expect(findOpening(sentence)).toBeDefined();
});

test.each(['The council voted for a bridge.', 'Paper prices rose, the report says.', 'The reporter saw the bridge.', 'Text messages are dear.', '大桥五月开工。', '会议讨论了预算。', '文章写得好的人不多。'])('%s does not', (sentence) => {
  expect(findOpening(sentence)).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setPunctuation } from './set-punctuation.ts';

test.each([
  ['打开文件, 然后关闭.', '打开文件，然后关闭。'],
  ['你准备好了吗?', '你准备好了吗？'],
  ['注意: 版本 2.4 是最后一个。', '注意：版本 2.4 是最后一个。'],
  ['运行 [[1]]. 你应该看到', '运行 [[1]]。你应该看到'],
  ['阅读[[1]]指南[[2]].', '阅读[[1]]指南[[2]]。'],
  ['保存为...', '保存为...'],
  ['版本 2.4.1 和 3,000 人, 见 https://a.example/b', '版本 2.4.1 和 3,000 人，见 https://a.example/b'],
  ['在8:30离开', '在8:30离开'],
  ['时间:8点', '时间:8点'],
  ['Node.js', 'Node.js'],
])('into Chinese, %j is %j', (text, wanted) => {
  expect(setPunctuation(text, 'zh')).toBe(wanted);
});

test.each([
  ['Open it，then close it。', 'Open it, then close it.'],
  ['Note：read it', 'Note: read it'],
  ['Ready？ Yes！', 'Ready? Yes!'],
  ['The sign says 出口。', 'The sign says 出口。'],
  ['(really？)', '(really?)'],
])('into English, %j is %j', (text, wanted) => {
  expect(setPunctuation(text, 'en')).toBe(wanted);
});

test('letters, digits and marks stay, and a second time changes nothing', () => {
  const part = fc.constantFrom('渡轮', 'Node', ' ', ',', '.', '。', '，', '?', '？', ':', '3', '[[1]]', '...', '(', ')', '！');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom('zh', 'en'), (parts, to) => {
      const text = parts.join('');
      const set = setPunctuation(text, to);
      const bare = (each: string) => each.replace(/[\p{P}\s]+/gu, '');
      expect(bare(set)).toBe(bare(text));
      expect(setPunctuation(set, to)).toBe(set);
    }),
    { numRuns: 500 },
  );
});

import { expect, test } from 'vitest';
import { findDamage } from './find-damage.ts';

test.each([
  ['Hello {name}', '{name}，你好'],
  ['%1$s of %2$d', '%2$d 之 %1$s'],
  ['<input placeholder="Your name" name="n">', '<input placeholder="您的姓名" name="n">'],
  ['See <b>this</b> at https://a.example/b?c=1.', '见<b>这里</b>：https://a.example/b?c=1。'],
  ['{count, plural, one {one file for {name}} other {# files for {name}}}', '{count, plural, other {给{name}的 # 个文件}}'],
  ['{who, select, male {He} other {They}} added it to {album}.', '{who, select, male {他把它放进了 {album}。} other {他们把它放进了 {album}。}}'],
  ['你好，{name}！{unread, plural, =0 {没有消息。} other {有#条消息。}}', '{unread, plural, =0 {Hello, {name}! No messages.} one {Hello, {name}! # message.} other {Hello, {name}! # messages.}}'],
])('%s => %s is intact', (source, target) => {
  expect(findDamage(source, target)).toEqual([]);
});

test.each([
  ['Hello {name}', '{名称}，你好'],
  ['Hello {name}', '你好'],
  ['Hello {name}', '{name}，{name}，你好'],
  ['%s: %d', '%s：'],
  ['See <b>this</b>', '见<b>这里'],
  ['{count, plural, one {one file} other {# files}}', '{count，复数，其他 {# 个文件}}'],
  ['{count, plural, one {one file} other {# files}}', '{count, plural, other {# 个文件}'],
  ['{who, select, male {He} other {They}} added {album}.', '{who, select, 男 {他把它放进了 {album}。} other {他们把它放进了 {album}。}}'],
  ['{count, plural, one {one file} other {# files}}', '{count} 个文件'],
  ['{unread, plural, =0 {没有消息。} other {有#条消息。}}', '{unread, plural, one {# message.} other {# messages.}}'],
  ['{who, select, male {He} other {They}} added {album}.', '{who, select, male {他把它放进了相册。} other {他们把它放进了相册。}}'],
])('%s => %s is damaged', (source, target) => {
  expect(findDamage(source, target)).not.toEqual([]);
});

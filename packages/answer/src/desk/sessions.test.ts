import { createMemoryStore } from '@glm-tasks/task';
import { expect, test } from 'vitest';
import { fakeAnswer } from './testing/fake-answer.ts';
import { openDesk } from './testing/open-desk.ts';
import type { AnswerQuestion } from './turn.ts';

test('two callers on one session are answered one after the other', async () => {
  const order: string[] = [];
  const answer: AnswerQuestion = async ({ question, history }) => {
    order.push(`${question} after ${history.length}`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${question} done`);
    return { status: 'refused', reason: 'nothing_found' };
  };
  const desk = await openDesk({ answer });
  const replies = await Promise.all(['甲国有店吗？', '乙国有店吗？'].map((text) => desk.reply({ sessionId: 's', text })));
  expect(replies.map(({ turn }) => turn)).toEqual([1, 2]);
  expect(order).toEqual(['甲国有店吗？ after 0', '甲国有店吗？ done', '乙国有店吗？ after 2', '乙国有店吗？ done']);
});

test('two processes on one session: who comes second answers again, on what the first has left', async () => {
  const store = createMemoryStore();
  const fast = await openDesk({ sessions: { store } });
  const asked: number[] = [];
  const answer: AnswerQuestion = async ({ history }) => {
    asked.push(history.length);
    if (asked.length === 1) await fast.reply({ sessionId: 's', text: '运费是多少？' });
    return { status: 'refused', reason: 'nothing_found' };
  };
  const slow = await openDesk({ answer, sessions: { store } });
  expect(await slow.reply({ sessionId: 's', text: '火星上有店吗？' })).toMatchObject({ turn: 2 });
  expect(asked).toEqual([0, 2]);
  expect((await slow.transcript('s')).map(({ turn }) => turn)).toEqual([1, 1, 2, 2]);
});

test('a session that others change all the time is given up', async () => {
  const store = createMemoryStore();
  const other = await openDesk({ sessions: { store } });
  const desk = await openDesk({ answer: async () => (await other.reply({ sessionId: 's', text: '你好' }), { status: 'refused', reason: 'x' }), sessions: { store } });
  await expect(desk.reply({ sessionId: 's', text: '火星上有店吗？' })).rejects.toMatchObject({ code: 'overloaded', retryable: true });
});

test('a store that hands out something else is told', async () => {
  const desk = await openDesk({ sessions: { store: { get: async () => ({ version: 'x' }), set: async () => {} } } });
  await expect(desk.reply({ sessionId: 's', text: '你好' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('a store of its own') });
});

test('an old one is forgotten, one that waits for a person is not', async () => {
  let now = 1_000;
  const desk = await openDesk({ sessions: { expiresAfter: 60_000, clock: () => now } });
  const turnOf = async (sessionId: string, text: string) => (await desk.reply({ sessionId, text })).turn;
  expect([await turnOf('a', '你好'), await turnOf('a', '你好')]).toEqual([1, 2]);
  await turnOf('b', '转人工');
  now += 60_001;
  expect(await turnOf('a', '你好')).toBe(1);
  expect(await desk.reply({ sessionId: 'b', text: '你好' })).toMatchObject({ status: 'handover', turn: 2 });
});

test('two hundred turns: the transcript stays bounded, and so does what the answer is told', async () => {
  const grounded = fakeAnswer([]);
  const desk = await openDesk({ answer: grounded.answer, sessions: { turns: 20 }, handover: { misses: 1_000 } });
  for (let turn = 1; turn <= 200; turn++) await desk.reply({ sessionId: 's', text: `第${turn}号星球有店吗，手机${13800138000 + turn}？` });
  expect(await desk.transcript('s')).toHaveLength(40);
  expect(Math.max(...grounded.asked.map(({ history }) => history.length))).toBe(12);
  const { ticket } = await desk.reply({ sessionId: 's', text: '转人工' });
  expect(ticket?.dropped).toBe(180);
  expect(ticket?.transcript.at(-1)?.text).toContain('转接人工');
});

test('a turn that fails or is aborted leaves the session as it was', async () => {
  let fails = true;
  const desk = await openDesk({
    answer: async () => {
      if (fails) throw new Error('the engine is gone');
      return { status: 'refused', reason: 'nothing_found' };
    },
  });
  await expect(desk.reply({ sessionId: 's', text: '火星上有店吗？' })).rejects.toThrow('the engine is gone');
  await expect(desk.reply({ sessionId: 's', text: '你好', signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  fails = false;
  expect(await desk.reply({ sessionId: 's', text: '火星上有店吗？' })).toMatchObject({ turn: 1 });
});

test('more turns at once than anybody types are refused', async () => {
  const desk = await openDesk();
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => desk.reply({ sessionId: 's', text: '你好' })));
  expect(results.filter(({ status }) => status === 'rejected').map((result) => (result as PromiseRejectedResult).reason.code)).toEqual(new Array(8).fill('overloaded'));
});

import { describe, expect, test } from 'vitest';
import { TaskError, createModel, type GenerateRequest, type Message } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { createMemoryStore } from '@glm-tasks/task';
import { chooseMinutesWording } from './minutes-prompts.ts';
import { renderMinutes, writeMinutes, type Minutes, type MinutesChunk, type MinutesReading } from './minutes.ts';

const first = [
  'Mary: Welcome everybody, can you all hear me?',
  'Tom: Yes, loud and clear.',
  'Mary: We agreed that the ferry terminal gets a glass roof.',
  'Tom: I will ask the harbour office for the wind data by next Tuesday.',
  'Anna: How much does the glass cost in winter?',
  'Mary: Nobody knows that yet.',
  '',
].join('\n');
const second = [
  'Anna: The glass roof of the ferry terminal is settled, as we agreed.',
  'Tom: Then I order 40 steel beams on 3 May.',
  'Mary: Anna, please write to the fishermen about the closed pier.',
  'Anna: I will.',
  '',
].join('\n');
const chinese = ['王总：咱们定下来，新码头用玻璃屋顶。', '李明：我下周三之前把风速数据交给港务局。', '张红：冬天玻璃多少钱？', '王总：这个还不清楚。', ''].join('\n');

interface Written {
  decisions?: string[];
  actions?: string[];
  questions?: string[];
}

const write = ({ decisions = [], actions = [], questions = [] }: Written) => JSON.stringify({ decisions, actions, questions });
const promptOf = ({ prompt }: GenerateRequest) => (prompt as Message[]).map(({ content }) => content).join('\n');

function cut(...texts: string[]): MinutesChunk[] {
  let start = 0;
  return texts.map((text, index) => ({ index, start, end: (start += text.length), text }));
}

/** The minutes of the texts, each answered with the reply whose key stands in its prompt. */
async function minutesOf(texts: string[], replies: Record<string, Written | string>, options: Partial<MinutesReading> = {}) {
  const reply = (request: GenerateRequest) => {
    const found = Object.entries(replies).find(([key]) => promptOf(request).includes(key))?.[1] ?? {};
    return typeof found === 'string' ? found : write(found);
  };
  const engine = fakeEngine({ reply });
  const warnings: string[] = [];
  const reading: MinutesReading = { model: createModel(engine), marker: 'text-12345678', textLanguage: 'en', outputLanguage: 'en', warnings, ...options };
  const events: unknown[] = [];
  const steps = writeMinutes(cut(...texts), reading);
  for (;;) {
    const step = await steps.next();
    if (step.done) return { minutes: step.value, warnings, events, requests: engine.requests };
    events.push(step.value);
  }
}

describe('the minutes of a meeting', () => {
  test('entries with the passages they come from, by offsets into the whole text', async () => {
    const { minutes, warnings, events } = await minutesOf([first, second], {
      'Welcome everybody': {
        decisions: ['The ferry terminal gets a glass roof.'],
        actions: ['Tom asks the harbour office for the wind data by next Tuesday.'],
        questions: ['How much does the glass cost in winter?'],
      },
      'steel beams': { actions: ['Tom orders 40 steel beams on May 3rd.', 'The steel beams are ordered.'] },
    });
    const whole = first + second;
    expect(warnings).toEqual([]);
    expect(minutes.decisions).toMatchObject([{ text: 'The ferry terminal gets a glass roof.', supported: true }]);
    expect(minutes.actions).toMatchObject([
      { text: 'Tom asks the harbour office for the wind data by next Tuesday.', owner: 'Tom', due: 'by next Tuesday', supported: true },
      { text: 'Tom orders 40 steel beams on May 3rd.', owner: 'Tom', due: 'May 3rd', supported: true },
      { text: 'The steel beams are ordered.', supported: true },
    ]);
    expect(minutes.actions[2]).not.toHaveProperty('owner');
    expect(minutes.questions).toMatchObject([{ text: 'How much does the glass cost in winter?', supported: true }]);
    const sources = [...minutes.decisions, ...minutes.actions, ...minutes.questions].flatMap((entry) => entry.sources);
    expect(sources.length).toBeGreaterThan(3);
    for (const { start, end, text } of sources) expect(whole.slice(start, end)).toBe(text);
    expect(minutes.actions[1]?.sources[0]?.start).toBeGreaterThan(first.length);
    expect(events).toContainEqual({ type: 'progress', stage: 'taking minutes', done: 2, total: 2 });
    expect(events).toContainEqual({ type: 'partial', value: { start: first.length, end: whole.length, minutes: expect.objectContaining({ decisions: [] }) } });
  });

  test.each([
    ['an owner who was not there', 'Professor Weber asks the harbour office for the wind data.', false],
    ['an owner who was there and has nothing to do with it', 'Anna asks the harbour office for the wind data.', false],
    ['a date nobody named', 'Ask the harbour office for the wind data by 24 December.', false],
    ['a period nobody named', 'Ask the harbour office for the wind data by next month.', true],
  ])('%s is none, and the entry %s', async (_, task, supported) => {
    const { minutes } = await minutesOf([first], { '': { actions: [task] } });
    expect(minutes.actions).toEqual([{ text: task, supported, sources: expect.anything() }]);
  });

  test('"I" is who speaks there; a name may be a part of the speaker\'s, or follow "by"', async () => {
    const { minutes } = await minutesOf([second.replaceAll('Tom:', 'Tom Weber:')], { '': { actions: ['I will order 40 steel beams.', 'The fishermen are told by anna about the closed pier.'] } });
    expect(minutes.actions).toMatchObject([{ owner: 'Tom Weber' }, { owner: 'Anna' }]);
    const named = await minutesOf([second.replaceAll('Tom:', 'Tom Weber:')], { '': { actions: ['Tom will order 40 steel beams.'] } });
    expect(named.minutes.actions).toMatchObject([{ owner: 'Tom Weber', supported: true }]);
  });

  test('who said a decision is no part of it; who stands before a task does it', async () => {
    const { minutes } = await minutesOf([second], { '': { decisions: ['Anna: The ferry terminal gets a glass roof.'], actions: ['Tom: order 40 steel beams'] } });
    expect(minutes).toMatchObject({ decisions: [{ text: 'The ferry terminal gets a glass roof.' }], actions: [{ text: 'Tom: order 40 steel beams', owner: 'Tom' }] });
  });

  test('a decision that gives somebody work is an action', async () => {
    const { minutes } = await minutesOf([second], { '': { decisions: ['The ferry terminal gets a glass roof. Tom will order 40 steel beams.'] } });
    expect(minutes).toMatchObject({ decisions: [{ text: 'The ferry terminal gets a glass roof.' }], actions: [{ text: 'Tom will order 40 steel beams.', owner: 'Tom' }] });
  });

  test('who goes on speaking at the beginning of a part is told, and may own what is said there', async () => {
    const part = { ...cut('And I order 40 steel beams.\nMary: Good.\n')[0]!, speaker: 'Tom' };
    const engine = fakeEngine({ reply: () => write({ actions: ['Tom orders 40 steel beams.'] }) });
    const steps = writeMinutes([part], { model: createModel(engine), marker: 'text-12345678', textLanguage: 'en', outputLanguage: 'en', warnings: [] });
    let step = await steps.next();
    while (!step.done) step = await steps.next();
    expect(step.value.actions).toMatchObject([{ owner: 'Tom', supported: true }]);
    expect(promptOf(engine.requests[0]!)).toContain('<text-12345678>\nTom (continued): And I order');
  });

  test('what nothing supports is flagged, or dropped; both are said', async () => {
    const written = { '': { decisions: ['The ferry terminal gets a glass roof.', 'The airport buys seven electric buses.', 'The ferry terminal gets 12 glass roofs.'] } };
    const flagged = await minutesOf([first], written);
    expect(flagged.minutes.decisions.map(({ supported }) => supported)).toEqual([true, false, false]);
    expect(flagged.warnings).toEqual(['2 of 3 entries of the minutes found no support in the text.']);
    const dropped = await minutesOf([first], written, { unsupported: 'drop' });
    expect(dropped.minutes.decisions.map(({ text }) => text)).toEqual(['The ferry terminal gets a glass roof.']);
    expect(dropped.warnings).toEqual(['2 of 3 entries of the minutes found no support in the text and were dropped.']);
  });

  test('what several parts say is said once, with the sources of all', async () => {
    const { minutes } = await minutesOf([first, second], {
      'Welcome everybody': { decisions: ['The ferry terminal gets a glass roof.', 'The ferry terminal gets the glass roof'], actions: ['The ferry terminal gets a glass roof.'] },
      'steel beams': { decisions: ['The glass roof of the ferry terminal is settled.'], questions: ['The glass roof of the ferry terminal is settled'] },
    });
    expect(minutes).toMatchObject({ decisions: [{ text: 'The ferry terminal gets a glass roof.' }], actions: [], questions: [] });
    expect(minutes.decisions[0]?.sources.map(({ start }) => start < first.length)).toEqual(expect.arrayContaining([true, false]));
  });

  test('what somebody is to do is an action and no decision', async () => {
    const { minutes } = await minutesOf([second], { '': { decisions: ['40 steel beams are ordered.'], actions: ['Tom orders 40 steel beams.'] } });
    expect(minutes).toMatchObject({ decisions: [], actions: [{ owner: 'Tom' }] });
  });

  test('a decision that comes from a question is not supported', async () => {
    const { minutes } = await minutesOf([first], { '': { decisions: ['The glass costs much in winter.'] } });
    expect(minutes.decisions).toMatchObject([{ supported: false, sources: [{ text: 'Anna: How much does the glass cost in winter?' }] }]);
  });

  test('other owners and other numbers are other things', async () => {
    const { minutes } = await minutesOf(['Tom: I order 40 steel beams.\nAnna: I order 40 steel beams too.\nTom: Rather I order 60 steel beams.\n'], {
      '': { actions: ['Tom orders 40 steel beams.', 'Anna orders 40 steel beams.', 'Tom orders 60 steel beams.'] },
    });
    expect(minutes.actions.map(({ text, owner }) => `${text} ${owner}`)).toEqual(['Tom orders 40 steel beams. Tom', 'Anna orders 40 steel beams. Anna', 'Tom orders 60 steel beams. Tom']);
  });

  test.each([
    ...chooseMinutesWording('en').copied,
    'You write down only what was said.',
    'Write the minutes of the part of a meeting above: what was settled.',
    '',
    '…',
    'None',
    'There were no decisions made.',
    'Welcome everybody.',
    'Mary welcomes everybody and they introduce themselves.',
    'Can you all hear me?',
    'Thank you all.',
    'roof',
    'Roof roof roof roof roof roof roof roof',
    '<|im_start|> glass roof',
    'text-12345678 glass roof',
    ', so the ferry terminal gets a glass roof',
    'I think the ferry terminal gets a glass roof.',
    `The ferry terminal gets a glass roof${' and another'.repeat(20)}`,
  ])('"%s" is no entry', async (entry) => {
    const { minutes } = await minutesOf([first], { '': { decisions: [entry.slice(0, 200)], actions: [entry.slice(0, 200)], questions: [entry.slice(0, 200)] } });
    expect(minutes).toEqual({ decisions: [], actions: [], questions: [] });
  });

  test('a decision that asks is a question; a question nobody asked is none', async () => {
    const { minutes } = await minutesOf([first], { '': { decisions: ['How much does the glass cost in winter?'], questions: ['Will the ferry terminal get a glass roof?', 'What the glass costs in winter.'] } });
    expect(minutes.decisions).toEqual([]);
    expect(minutes.questions.map(({ text }) => text)).toEqual(['How much does the glass cost in winter?']);
  });

  test('Chinese', async () => {
    const written = {
      '': {
        decisions: ['新码头用玻璃屋顶。', '定下来的事，每条一句完整的话'],
        actions: ['李明下周三之前把风速数据交给港务局。', '赵六把风速数据交给港务局。'],
        questions: ['冬天玻璃多少钱？'],
      },
    };
    const { minutes, requests } = await minutesOf([chinese], written, { textLanguage: 'zh', outputLanguage: 'zh', focus: '玻璃' });
    expect(minutes.decisions).toMatchObject([{ text: '新码头用玻璃屋顶。', supported: true }]);
    expect(minutes.actions[0]).toMatchObject({ text: '李明下周三之前把风速数据交给港务局。', owner: '李明', due: '下周三之前', supported: true });
    expect(minutes.actions.map(({ owner }) => owner)).not.toContain('赵六');
    expect(minutes.questions).toMatchObject([{ text: '冬天玻璃多少钱？', supported: true }]);
    expect(promptOf(requests[0]!)).toContain('只写与此有关的：玻璃。');
    expect(promptOf(requests[0]!)).toContain('定下来的事，每条一句完整的话');
  });
});

describe('what goes wrong', () => {
  test('a part without an object twice is named; the others stand', async () => {
    const { minutes, warnings, requests } = await minutesOf([first, second], { 'Welcome everybody': '{ "decisions": [', 'steel beams': { actions: ['Tom orders 40 steel beams.'] } });
    expect(minutes.actions).toHaveLength(1);
    expect(requests).toHaveLength(3);
    expect(warnings).toEqual([`The minutes lack part 1 (characters 0 to ${first.length}): the model's answer on it was no object of the form asked for.`]);
  });

  test('all parts without an object are output_invalid', async () => {
    await expect(minutesOf([first, second], { '': 'I cannot do that.' })).rejects.toMatchObject({ code: 'output_invalid', partial: 'I cannot do that.' });
  });

  test('an engine that fails and a caller who aborts are heard', async () => {
    const crash = new TaskError('engine_crashed', 'gone');
    const model = createModel(fakeEngine({ reply: () => { throw crash; } }));
    await expect(minutesOf([first], {}, { model })).rejects.toMatchObject({ code: 'engine_crashed' });
    await expect(minutesOf([first], {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  test('what was written is in the store, what failed is not: a second run asks for that alone', async () => {
    const store = createMemoryStore();
    const good = { 'steel beams': { actions: ['Tom orders 40 steel beams.'] } };
    await minutesOf([first, second], { ...good, 'Welcome everybody': 'no object' }, { store });
    const again = await minutesOf([first, second], { 'Welcome everybody': { decisions: ['The ferry terminal gets a glass roof.'] } }, { store, marker: 'text-87654321' });
    expect(again.requests).toHaveLength(1);
    expect(again.minutes).toMatchObject({ decisions: [{ supported: true }], actions: [{ owner: 'Tom' }] });
    expect((await minutesOf([first, second], {}, { store })).requests).toHaveLength(0);
    expect((await minutesOf([first, second], {}, { store, focus: 'the roof' })).requests).toHaveLength(2);
  });

  test('no parts, no minutes', async () => {
    expect(await minutesOf([], {})).toMatchObject({ minutes: { decisions: [], actions: [], questions: [] }, requests: [] });
  });
});

describe('another language than that of the meeting', () => {
  const written = { 负责写会议纪要: { decisions: ['新码头用玻璃屋顶。'], actions: ['李明把风速数据交给港务局。'] } };

  test('entries are checked first and translated then', async () => {
    const { minutes, requests } = await minutesOf([chinese], { ...written, 'Translate the text': 'The new pier gets a glass roof.' }, { textLanguage: 'zh', outputLanguage: 'en' });
    expect(minutes.decisions).toMatchObject([{ text: 'The new pier gets a glass roof.', supported: true, sources: [{ text: expect.stringContaining('玻璃屋顶') }] }]);
    expect(minutes.actions).toMatchObject([{ owner: '李明' }]);
    expect(requests).toHaveLength(3);
  });

  test('what stays in the language of the text is said', async () => {
    const { minutes, warnings } = await minutesOf([chinese], { ...written, 'Translate the text': '新码头' }, { textLanguage: 'zh', outputLanguage: 'en' });
    expect(minutes.decisions).toMatchObject([{ text: '新码头用玻璃屋顶。' }]);
    expect(warnings).toEqual(['2 of 2 sentences could not be translated into en and stand as they were.']);
  });
});

describe('renderMinutes', () => {
  const entry = (text: string, more: object = {}) => ({ text, sources: [], supported: true, ...more });

  test('headings, owners and dates, in English and Chinese; nothing for what is empty', () => {
    const minutes: Minutes = { decisions: [entry('A roof.')], actions: [entry('Write.', { owner: 'Mary', due: 'Friday' }), entry('Call.', { supported: false })], questions: [] };
    expect(renderMinutes(minutes, 'We met.', 'en')).toBe('We met.\n\n## Decisions\n\n- A roof.\n\n## Actions\n\n- Write. [Mary; due: Friday]\n- Call. (not supported by the text)');
    expect(renderMinutes({ decisions: [], actions: [entry('写报告。', { owner: '李明', due: '下周三' })], questions: [entry('多少钱？', { supported: false })] }, '', 'zh-Hant')).toBe(
      '## 待办\n\n- 写报告。［李明；期限：下周三］\n\n## 待定问题\n\n- 多少钱？（原文中未找到依据）',
    );
    expect(renderMinutes({ decisions: [], actions: [], questions: [] }, 'We met.', 'fr')).toBe('We met.');
  });
});

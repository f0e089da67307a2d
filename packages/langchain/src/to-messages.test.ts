import { AIMessage, ChatMessage, FunctionMessage, HumanMessage, RemoveMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMessages } from './to-messages.ts';

describe('toMessages', () => {
  test('never two of one role in a row, and every text is there, in order', () => {
    const text = fc.stringMatching(/^[a-z]{1,6}$/);
    const message: fc.Arbitrary<BaseMessage> = fc.oneof(
      text.map((content) => new SystemMessage(content)),
      text.map((content) => new HumanMessage({ content: [{ type: 'text', text: content }] })),
      text.map((content) => new AIMessage({ content, tool_calls: [{ name: 'clock', args: {}, id: 'x' }] })),
      text.map((content) => new ToolMessage(content, 'x', 'clock')),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const ours = toMessages(messages);
        expect(ours.every(({ role }, index) => role !== ours[index - 1]?.role)).toBe(true);
        const whole = ours.map(({ content }) => content).join('\n\n');
        let at = 0;
        for (const { text: wanted } of messages) {
          const found = whole.indexOf(wanted, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + wanted.length;
        }
      }),
    );
  });

  test('roles by other names, and those nobody has', () => {
    expect(toMessages([new ChatMessage('Hi', 'user'), new ChatMessage('Be kind', 'developer'), new FunctionMessage({ content: '3', name: 'adder' })])).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be kind' },
      { role: 'user', content: 'The tool "adder" returned:\n3' },
    ]);
    expect(() => toMessages([new ChatMessage('Hi', 'narrator')])).toThrow(/the role "narrator"/);
    expect(() => toMessages([new RemoveMessage({ id: 'x' })])).toThrow(/the role "remove"/);
  });

  test('what a model said to itself is left out; a call without words is its JSON', () => {
    const message = new AIMessage({ content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'Well.' }, { type: 'tool_use', id: 'x', name: 'clock', input: {} }], tool_calls: [{ name: 'clock', args: {}, id: 'x' }] });
    expect(toMessages([message])).toEqual([{ role: 'assistant', content: 'Well.\n{"tool":"clock","arguments":{}}' }]);
  });
});

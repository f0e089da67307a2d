import { TaskError, type Message } from '@glm-tasks/core';
import { neutralize } from '@glm-tasks/task';
import type { BaseMessage } from '@langchain/core/messages';
import { readContent } from './read-content.ts';

/** The part of a LangChain message that is read here. By shape, never by class: two versions of LangChain may be installed. */
interface AnyMessage {
  content: BaseMessage['content'];
  getType?: () => string;
  _getType?: () => string;
  role?: string;
  name?: string | undefined;
  tool_call_id?: string;
  tool_calls?: readonly { name: string; args: unknown }[] | undefined;
}

const ROLES: Record<string, Message['role']> = { system: 'system', developer: 'system', human: 'user', user: 'user', ai: 'assistant', assistant: 'assistant' };

/**
 * LangChain's messages as ours. Turns of one role in a row become one, because some chat templates refuse them. Tool calls and their results,
 * for which small models have no roles of their own, become text: a call as the JSON it is asked for in, a result as a message of the user.
 *
 * @throws TaskError `invalid_input` for images and the like, and for roles nobody has
 */
export function toMessages(messages: readonly BaseMessage[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages.map((one) => toMessage(one as AnyMessage))) {
    const last = merged.at(-1);
    if (last?.role === message.role) last.content = [last.content, message.content].filter((text) => text !== '').join('\n\n');
    else merged.push(message);
  }
  return merged;
}

/** The calls since the user spoke last: their results stand in the history. */
export function findCalls(messages: readonly BaseMessage[]): { name: string; args: unknown }[] {
  const spoke = messages.findLastIndex((message) => ['human', 'user'].includes(readType(message as AnyMessage)));
  return messages.slice(spoke + 1).flatMap((message) => (message as AnyMessage).tool_calls ?? []);
}

function readType(message: AnyMessage): string {
  return message.getType?.() ?? message._getType?.() ?? 'unknown';
}

function toMessage(message: AnyMessage): Message {
  const type = readType(message);
  const text = readContent(message.content);
  if (type === 'tool' || type === 'function') return { role: 'user', content: describeResult(message.name ?? message.tool_call_id, text) };
  const name = type === 'generic' ? (message.role ?? type) : type;
  const role = ROLES[name];
  if (role === undefined) {
    throw new TaskError('invalid_input', `A message has the role "${name}"; give messages of the system, a human, an AI or a tool.`, { details: { field: 'messages', role: name } });
  }
  if (role !== 'assistant') return { role, content: text };
  const calls = (message.tool_calls ?? []).map(({ name: tool, args }) => JSON.stringify({ tool, arguments: args }));
  return { role, content: [text, ...calls].filter((part) => part !== '').join('\n') };
}

/** Tools bring in what strangers wrote: control tokens in it are made plain text. */
function describeResult(tool: string | undefined, text: string): string {
  return `The tool${tool === undefined ? '' : ` "${tool}"`} returned:\n${neutralize(text)}`;
}

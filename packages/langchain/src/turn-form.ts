import { randomUUID } from 'node:crypto';
import type { ToolCall } from '@langchain/core/messages';
import { z } from 'zod';
import { jsonToZod } from './json-to-zod.ts';
import type { Chosen } from './read-tools.ts';

/** What a turn that is held to JSON may be, and how to read it. */
export interface TurnForm {
  schema: z.core.$ZodType;
  /** The answer in words as far as it is written; undefined where the turn is something else. */
  readText(written: unknown): string | undefined;
  /** @param written the object before defaults and transforms */
  read(object: unknown, written: unknown): { text: string; toolCalls: ToolCall[] };
  /** The same turn without its tools, where it may be an answer. */
  answerOnly?: TurnForm;
}

/**
 * The schema of one turn: the call of one tool, or, where it may, an answer, in words or by a schema of its own. Undefined where only words
 * are left: those need no form.
 */
export function toTurnForm({ tools, mayAnswer }: Chosen, output: z.core.$ZodType | undefined): TurnForm | undefined {
  if (tools.length === 0) return output && { schema: output, readText: () => undefined, read: (_, written) => ({ text: JSON.stringify(written), toolCalls: [] }) };
  const calls = tools.map(({ function: { name, description, parameters } }) =>
    z.object({ tool: z.literal(name).describe(description ?? ''), arguments: jsonToZod(parameters, `tool "${name}"`) }),
  );
  const answers = mayAnswer ? [z.object({ answer: (output as z.ZodType | undefined) ?? z.string().describe('what you say to the user, where no tool is needed any more') })] : [];
  const toForm = (schema: z.core.$ZodType): TurnForm => ({ schema, readText: output ? () => undefined : readAnswer, read: readTurn });
  const members = [...calls, ...answers];
  return { ...toForm(members.length === 1 ? members[0]! : z.union(members)), ...(answers[0] ? { answerOnly: toForm(answers[0]) } : {}) };
}

function readAnswer(written: unknown): string | undefined {
  const answer = (written as { answer?: unknown } | null)?.answer;
  return typeof answer === 'string' ? answer : undefined;
}

function readTurn(object: unknown, written: unknown): { text: string; toolCalls: ToolCall[] } {
  const { tool, arguments: args } = object as { tool?: string; arguments?: ToolCall['args'] };
  if (tool !== undefined) return { text: '', toolCalls: [{ type: 'tool_call', id: `call_${randomUUID()}`, name: tool, args: args ?? {} }] };
  return { text: readAnswer(written) ?? JSON.stringify((written as { answer: unknown }).answer), toolCalls: [] };
}

import { TaskError, type JsonSchema } from '@glm-tasks/core';
import type { BindToolsInput, ToolChoice } from '@langchain/core/language_models/chat_models';
import { toJsonSchema } from '@langchain/core/utils/json_schema';

/** A tool in the form LangChain itself passes around: OpenAI's. */
export interface ToolDefinition {
  type: 'function';
  function: { name: string; description?: string; parameters: JsonSchema };
}

/** Whether an answer in words is one of the choices, and which tools are. */
export interface Chosen {
  tools: ToolDefinition[];
  mayAnswer: boolean;
}

/**
 * @throws TaskError `invalid_input` for what is no tool of a name and arguments, such as a tool that only one provider's server has
 */
export function readTool(tool: BindToolsInput): ToolDefinition {
  const given = ('function' in tool && typeof tool.function === 'object' ? tool.function : tool) as Record<string, unknown>;
  const { name, description } = given;
  const schema = given['schema'] ?? given['parameters'] ?? given['input_schema'];
  if (typeof name !== 'string' || name === '' || (typeof schema !== 'object' && typeof schema !== 'function') || schema === null) {
    const shown = JSON.stringify(tool)?.slice(0, 80) ?? String(tool);
    throw new TaskError('invalid_input', `A tool is ${shown}; give one with a name and a schema of its arguments, as tool() of LangChain makes it.`, { details: { field: 'tools' } });
  }
  const about = typeof description === 'string' && description !== '' ? { description } : {};
  return { type: 'function', function: { name, ...about, parameters: toParameters(name, schema) } };
}

function toParameters(name: string, schema: object): JsonSchema {
  try {
    const { $schema: _, ...parameters } = toJsonSchema(schema as Parameters<typeof toJsonSchema>[0]) as JsonSchema;
    return parameters;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TaskError('invalid_input', `The arguments of the tool "${name}" have no JSON Schema: ${reason}; give types JSON has.`, { details: { field: 'tools', tool: name }, cause });
  }
}

/** `auto`: any tool or an answer. `any` and `required`: a tool. `none`: an answer. A name, alone or as a provider wraps it: that tool. */
export function chooseTools(tools: readonly BindToolsInput[], choice: ToolChoice | undefined): Chosen {
  const all = tools.map(readTool);
  const twice = all.find((tool, index) => all.findIndex((other) => other.function.name === tool.function.name) !== index);
  if (twice) throw new TaskError('invalid_input', `Two tools have the name "${twice.function.name}"; give each its own.`, { details: { field: 'tools' } });
  const wanted = typeof choice === 'object' ? readChoice(choice) : (choice ?? 'auto');
  if (wanted === 'none' || all.length === 0) return { tools: [], mayAnswer: true };
  if (wanted === 'auto') return { tools: all, mayAnswer: true };
  if (wanted === 'any' || wanted === 'required') return { tools: all, mayAnswer: false };
  const named = all.filter((tool) => tool.function.name === wanted);
  if (named.length > 0) return { tools: named, mayAnswer: false };
  const names = all.map((tool) => `"${tool.function.name}"`).join(', ');
  throw new TaskError('invalid_input', `"tool_choice" is ${JSON.stringify(choice)}; give "auto", "any", "none" or one of ${names}.`, { details: { field: 'tool_choice' } });
}

function readChoice(choice: Record<string, unknown>): unknown {
  const inner = choice['function'];
  if (typeof inner === 'object' && inner !== null && 'name' in inner) return inner.name;
  return choice['name'] ?? choice['type'];
}

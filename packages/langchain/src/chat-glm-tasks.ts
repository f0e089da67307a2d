import { TaskError, type Model } from '@glm-tasks/core';
import type { DefaultModel } from '@glm-tasks/task';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import { BaseChatModel, type BaseChatModelCallOptions, type BaseChatModelParams, type BindToolsInput, type LangSmithParams } from '@langchain/core/language_models/chat_models';
import type { ModelProfile } from '@langchain/core/language_models/profile';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';
import type { z } from 'zod';
import { pickSettings, settingNames, type ChatSettings } from './chat-settings.ts';
import { lendModel, withLentModel, type ModelFields } from './lend-model.ts';
import { readOutputSchema, type AnySchema } from './output-schema.ts';
import { readContent, type Content } from './read-content.ts';
import { chooseTools, readTool, type ToolDefinition } from './read-tools.ts';
import { callKey, streamTurn, type TurnEnd, type TurnRequest } from './stream-turn.ts';
import { bindOutput, type OutputForm } from './structured-output.ts';
import { toMessageFields } from './to-message-fields.ts';
import { findCalls, toMessages } from './to-messages.ts';
import { toTurnForm } from './turn-form.ts';

export interface ChatGlmTasksFields extends BaseChatModelParams, ModelFields, ChatSettings {}

export interface ChatGlmTasksCallOptions extends BaseChatModelCallOptions, Omit<ChatSettings, 'stop'> {
  tools?: ToolDefinition[];
  /** The answer is JSON of a JSON Schema, as `providerStrategy` of LangChain's agents asks for it. */
  response_format?: { type: string; json_schema?: { schema: AnySchema<unknown> } };
  /** Set by `withStructuredOutput`. */
  outputForm?: OutputForm;
}

/**
 * One of our models as a chat model of LangChain.
 *
 * Tools and structured output are held to their schemas as well as the engine can: token by token on this machine. With tools bound a turn is
 * one tool call or an answer. Errors are our TaskError.
 *
 * @example
 * const chat = new ChatGlmTasks({ model: 'small', maxTokens: 200 });
 * const { content, usage_metadata } = await chat.invoke('你好，我是一个程序员。');
 */
export class ChatGlmTasks extends BaseChatModel<ChatGlmTasksCallOptions> {
  static override lc_name(): string {
    return 'ChatGlmTasks';
  }

  /** The name of the model, as it was given or as it names itself. */
  readonly model: string;
  readonly temperature: number;
  readonly maxTokens: number | undefined;
  private readonly settings: ChatSettings;
  private readonly lender: DefaultModel;
  private readonly contextLength: number | undefined;

  constructor(fields: ChatGlmTasksFields) {
    super(fields);
    this.lender = lendModel(fields);
    this.model = typeof fields.model === 'string' ? fields.model : fields.model.name;
    this.contextLength = typeof fields.model === 'string' ? fields.load?.contextLength : fields.model.contextLength;
    this.settings = pickSettings(fields);
    this.temperature = fields.temperature ?? 0;
    this.maxTokens = fields.maxTokens;
  }

  override _llmType(): string {
    return 'glm-tasks';
  }

  override get callKeys(): string[] {
    return [...super.callKeys, ...settingNames, 'tools', 'tool_choice', 'response_format'];
  }

  override get profile(): ModelProfile {
    const known = this.contextLength === undefined ? {} : { maxInputTokens: this.contextLength };
    return { ...known, toolCalling: true, structuredOutput: true, imageInputs: false, audioInputs: false, videoInputs: false, pdfInputs: false };
  }

  override getLsParams(options: this['ParsedCallOptions']): LangSmithParams {
    const { temperature = 0, maxTokens, stop } = { ...this.settings, ...pickSettings(options) };
    return { ls_provider: 'glm-tasks', ls_model_name: this.model, ls_model_type: 'chat', ls_temperature: temperature, ls_max_tokens: maxTokens!, ls_stop: stop! };
  }

  override invocationParams(options?: this['ParsedCallOptions']): Record<string, unknown> {
    return { model: this.model, ...this.settings, ...pickSettings(options ?? {}) };
  }

  override _identifyingParams(): Record<string, unknown> {
    return { model: this.model, ...this.settings };
  }

  /** Real tokens of the model's own tokenizer; of a server's model, an estimate that is rather too high. */
  override async getNumTokens(content: Content): Promise<number> {
    const text = readContent(content);
    const { counts } = await withLentModel(this.lender, undefined, (model) => model.countTokens([text]));
    return counts[0] ?? 0;
  }

  override bindTools(tools: BindToolsInput[], kwargs: Partial<ChatGlmTasksCallOptions> = {}): Runnable<BaseLanguageModelInput, AIMessageChunk, ChatGlmTasksCallOptions> {
    return this.withConfig({ ...kwargs, tools: tools.map(readTool) });
  }

  override withStructuredOutput<Output extends Record<string, unknown> = Record<string, unknown>>(
    schema: AnySchema<Output>,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, Output>;
  override withStructuredOutput<Output extends Record<string, unknown> = Record<string, unknown>>(
    schema: AnySchema<Output>,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }>;
  override withStructuredOutput(schema: AnySchema<Record<string, unknown>>, config: StructuredOutputMethodOptions<boolean> = {}): Runnable<BaseLanguageModelInput, Record<string, unknown>> {
    return bindOutput((options) => this.withConfig(options), schema, config);
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions'], runManager?: CallbackManagerForLLMRun): Promise<ChatResult> {
    return withLentModel(this.lender, options.signal, async (model) => {
      for await (const step of streamTurn(model, this.readRequest(messages, options))) {
        if (step.type === 'text-delta') await runManager?.handleLLMNewToken(step.text);
        if (step.type === 'end') return this.toResult(model, step);
      }
      throw endless(model);
    });
  }

  override async *_streamResponseChunks(messages: BaseMessage[], options: this['ParsedCallOptions'], runManager?: CallbackManagerForLLMRun): AsyncGenerator<ChatGenerationChunk> {
    const { model, giveBack } = await this.lender.borrow(options.signal);
    let shown = '';
    try {
      for await (const step of streamTurn(model, this.readRequest(messages, options))) {
        // What was shown cannot be taken back. Engines that hold every token to the schema never start anew.
        if (step.type === 'restart') throw takenBack(model, shown);
        const text = step.type === 'end' ? step.text.slice(shown.length) : step.text;
        const chunk = step.type === 'end' ? endChunk(model, step, text) : new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text }) });
        shown += text;
        yield chunk;
        await runManager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
      }
    } finally {
      giveBack();
    }
  }

  /** Lets a model go that was given by name, where no call uses it. Not necessary: it goes by itself when it is idle. */
  async dispose(): Promise<void> {
    await this.lender.release();
  }

  private readRequest(messages: BaseMessage[], options: this['ParsedCallOptions']): TurnRequest {
    const { tools = [], tool_choice, response_format, outputForm, signal } = options;
    const output = outputForm?.schema ?? readResponseFormat(response_format);
    return {
      messages: toMessages(messages),
      options: { ...this.settings, ...pickSettings(options), ...(signal ? { signal } : {}) },
      form: toTurnForm(chooseTools(tools, tool_choice), output),
      answered: new Set(findCalls(messages).map(callKey)),
      lenient: outputForm?.lenient,
    };
  }

  private toResult(model: Model, end: TurnEnd): ChatResult {
    const { text, toolCalls, usage } = end;
    const message = new AIMessage({ content: text, tool_calls: toolCalls, ...toMessageFields(model.name, end) });
    const tokenUsage = { promptTokens: usage.inputTokens, completionTokens: usage.outputTokens, totalTokens: usage.inputTokens + usage.outputTokens };
    return { generations: [{ text, message, generationInfo: { finish_reason: end.finishReason } }], llmOutput: { tokenUsage } };
  }
}

function readResponseFormat(format: ChatGlmTasksCallOptions['response_format']): z.core.$ZodType | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.json_schema) return readOutputSchema(format.json_schema.schema).zod;
  throw new TaskError('invalid_input', `"response_format" is of the type "${format.type}" without a schema; give one as { type: 'json_schema', json_schema: { schema } }, or call withStructuredOutput.`, {
    details: { field: 'response_format' },
  });
}

function endChunk(model: Model, end: TurnEnd, text: string): ChatGenerationChunk {
  const calls = end.toolCalls.map(({ id, name, args }, index) => ({ type: 'tool_call_chunk' as const, ...(id === undefined ? {} : { id }), name, args: JSON.stringify(args), index }));
  return new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text, tool_call_chunks: calls, ...toMessageFields(model.name, end) }) });
}

function takenBack(model: Model, shown: string): TaskError {
  const message = `The answer of "${model.name}" did not fit its schema, and a part of it had been streamed already; call invoke, which asks once more.`;
  return new TaskError('output_invalid', message, { partial: shown });
}

function endless(model: Model): TaskError {
  return new TaskError('engine_crashed', `The model "${model.name}" ended its turn without an end.`);
}

import type { LlamaModel, Token } from 'node-llama-cpp';
import { TaskError } from '@glm-tasks/weights';
import type { Message } from '../../engine.ts';
import { readChatTemplate } from '../chat-template.ts';
import { guardSpecials } from '../onnx/tokenizer.ts';

type Prompt = string | Message[] | number[];

// Token types of GGUF: these are the ones a text can name.
const CONTROL = 3;
const USER_DEFINED = 4;

/** Turns prompts into tokens: messages go through the chat template in the file, a string is one user message. */
export function createPromptEncoder(model: LlamaModel): (prompt: Prompt) => Token[] {
  const { ggml, chat_template: source } = model.fileInfo.metadata.tokenizer;
  const template = source === undefined ? undefined : readChatTemplate(source, { file: model.filename ?? 'the GGUF file', field: 'tokenizer.chat_template' });
  const specials = ggml.tokens.filter((text, token) => isNamed(ggml.token_type[token]) && text.length > 1);

  function encodeMessages(messages: Message[]): Token[] {
    if (template === undefined) {
      throw new TaskError('unsupported_model', 'This GGUF file has no chat template, so it cannot take messages. Pass a string, which it will continue, or use a chat model.');
    }
    const { guard, split } = guardSpecials(messages.map(({ content }) => content), specials);
    const guarded = messages.map((message) => ({ ...message, content: guard(message.content) }));
    const text = template.render(guarded, { add_generation_prompt: true, bos_token: model.tokens.bosString ?? '', eos_token: model.tokens.eosString ?? '' });
    return split(text).flatMap((part) => model.tokenize(part, true));
  }

  return (prompt) => {
    if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'number')) return checkTokens(prompt, ggml.tokens.length);
    if (typeof prompt !== 'string') return encodeMessages(prompt as Message[]);
    if (template !== undefined) return encodeMessages([{ role: 'user', content: prompt }]);
    const tokens = model.tokenize(prompt);
    return model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos, ...tokens] : tokens;
  };
}

const isNamed = (type: number | undefined): boolean => type === CONTROL || type === USER_DEFINED;

function checkTokens(tokens: number[], vocabularySize: number): Token[] {
  const bad = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabularySize);
  if (bad !== undefined) throw new TaskError('invalid_input', `prompt holds ${bad}, which is not a token id from 0 to ${vocabularySize - 1}.`, { details: { token: bad } });
  return tokens as Token[];
}

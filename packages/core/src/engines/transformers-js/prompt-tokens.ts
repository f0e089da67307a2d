import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';
import type { Message } from '../../engine.ts';
import { renderLimited } from '../chat-template.ts';
import { guardSpecials } from '../onnx/tokenizer.ts';

/** Turns prompts into tokens: messages go through the repository's chat template, a string is one user message. */
export function encodePrompt(tokenizer: PreTrainedTokenizer, prompt: string | Message[] | number[]): number[] {
  if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'number')) return prompt;
  if (typeof prompt !== 'string') return encodeMessages(tokenizer, prompt as Message[]);
  return hasTemplate(tokenizer) ? encodeMessages(tokenizer, [{ role: 'user', content: prompt }]) : tokenizer.encode(prompt);
}

export function encodeText(tokenizer: PreTrainedTokenizer, text: string): number[] {
  if (text === '') return [];
  const { guard, split } = guardSpecials([text], tokenizer.all_special_tokens);
  return split(guard(text)).flatMap((part) => tokenizer.encode(part, { add_special_tokens: false }));
}

function encodeMessages(tokenizer: PreTrainedTokenizer, messages: Message[]): number[] {
  if (!hasTemplate(tokenizer)) {
    throw new TaskError('unsupported_model', 'This repository has no chat template, so it cannot take messages. Pass a string, which it will continue, or use a chat model.');
  }
  const { guard, split } = guardSpecials(messages.map(({ content }) => content), tokenizer.all_special_tokens);
  const guarded = messages.map((message) => ({ ...message, content: guard(message.content) }));
  const text = renderLimited({ file: 'tokenizer_config.json', field: 'chat_template' }, guarded, () => tokenizer.apply_chat_template(guarded, { tokenize: false, add_generation_prompt: true }));
  return split(text).flatMap((part) => tokenizer.encode(part, { add_special_tokens: false }));
}

const hasTemplate = (tokenizer: PreTrainedTokenizer): boolean => Boolean(tokenizer.chat_template);

import { TaskError } from '@glm-tasks/weights';
import type { Message } from '../../engine.ts';
import { readChatTemplate } from '../chat-template.ts';
import type { ModelFolder } from './model-folder.ts';
import { openTokenizer } from './open-tokenizer.ts';
import { readTokenBytes, type TokenBytes } from './token-bytes.ts';

export interface PromptTokenizer {
  /** The token ids of a prompt: messages go through the model's chat template, a string is one user message. */
  encodePrompt(prompt: string | Message[] | number[]): number[];
  /** The token ids of a text that goes on with a prompt. */
  encodeContinuation(text: string): number[];
  countTokens(text: string): number;
  readonly bytes: TokenBytes;
  decode(tokens: number[]): string;
}

export async function loadTokenizer(model: Pick<ModelFolder, 'folder' | 'vocabularySize' | 'addBos' | 'bosTokenId'>): Promise<PromptTokenizer> {
  const { tokenizer, config, specials, encode, decode } = await openTokenizer(model.folder);
  const template = config.chat_template === undefined ? undefined : readChatTemplate(config.chat_template, { file: 'tokenizer_config.json', field: 'chat_template' });

  const encodeMessages = (messages: Message[]): number[] => {
    if (template === undefined) {
      throw new TaskError('unsupported_model', 'This model has no chat template, so it cannot take messages. Pass a string, which it will continue, or use a chat model.');
    }
    const { guard, split } = guardSpecials(messages.map(({ content }) => content), specials);
    const guarded = messages.map((message) => ({ ...message, content: guard(message.content) }));
    const text = template.render(guarded, { add_generation_prompt: true, bos_token: config.bos_token ?? '', eos_token: config.eos_token ?? '' });
    return split(text).flatMap(encode);
  };

  return {
    encodePrompt(prompt) {
      if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'number')) return checkTokens(prompt, model.vocabularySize);
      if (typeof prompt !== 'string') return encodeMessages(prompt as Message[]);
      if (template !== undefined) return encodeMessages([{ role: 'user', content: prompt }]);
      const ids = encode(prompt);
      return model.addBos && model.bosTokenId !== undefined ? [model.bosTokenId, ...ids] : ids;
    },
    encodeContinuation(text) {
      const { guard, split } = guardSpecials([text], specials);
      return text === '' ? [] : split(guard(text)).flatMap(encode);
    },
    bytes: readTokenBytes(tokenizer, model.vocabularySize),
    countTokens: (text) => (text === '' ? 0 : encode(text).length),
    decode: (tokens) => (tokens.length === 0 ? '' : decode(tokens)),
  };
}

function checkTokens(tokens: number[], vocabularySize: number): number[] {
  const bad = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabularySize);
  if (bad !== undefined) throw new TaskError('invalid_input', `prompt holds ${bad}, which is not a token id from 0 to ${vocabularySize - 1}.`, { details: { token: bad } });
  return tokens;
}

// Cuts a special token in two: the tokenizer sees each part alone and reads it as ordinary text.
const CUT = '\u{F0000}';

/** Text inside messages must never act as a control token: a document may contain "<|im_end|>" and is still a document. */
export function guardSpecials(contents: string[], specials: string[]): { guard(content: string): string; split(text: string): string[] } {
  if (!contents.some((content) => specials.some((special) => content.includes(special)))) return { guard: (content) => content, split: (text) => [text] };
  const guard = (content: string): string =>
    specials.reduce((text, special) => text.replaceAll(special, special[0]! + CUT + special.slice(1)), content.replaceAll(CUT, '\uFFFD'));
  return { guard, split: (text) => text.split(CUT) };
}

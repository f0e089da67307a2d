import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { TaskError } from '@glm-tasks/weights';
import { embedTexts, type TextEncoder } from '../embed-texts.ts';
import type { Work } from '../model-process/protocol.ts';
import { serveModel, type ServedModel } from '../model-process/serve-model.ts';
import { readEncoderFolder, type EncoderFolder, type EncoderOptions } from './encoder-folder.ts';
import { openEncoderSession } from './encoder-session.ts';
import { guardSpecials } from './tokenizer.ts';

// The encoder's own process: a native crash or a full memory ends this process and not the caller's.

serveModel(open);

async function open(options: EncoderOptions): Promise<ServedModel> {
  const model = await readEncoderFolder(options);
  const [run, tokenize] = await Promise.all([openEncoderSession(model, options.threads), loadTokenizer(model)]);
  const encoder: TextEncoder = { ...tokenize, run, contextLength: model.contextLength };
  return {
    ready: { name: model.family, contextLength: model.contextLength, embeds: true },
    async *answer(work: Work, interrupted) {
      if (work.type === 'embed') yield { type: 'vectors', vectors: await embedTexts(encoder, work.texts, interrupted) };
      else if (work.type === 'count') yield { type: 'counts', counts: work.texts.map((text) => encoder.encode(text).length) };
      else throw new TaskError('invalid_input', `An encoder cannot ${work.type}.`);
    },
  };
}

async function loadTokenizer({ folder }: EncoderFolder): Promise<Pick<TextEncoder, 'encode' | 'first' | 'last'>> {
  const [vocabulary, config] = await Promise.all(['tokenizer.json', 'tokenizer_config.json'].map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as object));
  const tokenizer = new Tokenizer(vocabulary!, config!);
  const specials = [...tokenizer.get_added_tokens_decoder().values()].map((token) => token.content).filter((content) => content.length > 1);
  const frame = tokenizer.encode('').ids;
  const [first, last] = frame;
  if (first === undefined || last === undefined || frame.length !== 2) {
    throw new TaskError('unsupported_model', `The tokenizer puts ${frame.length} special tokens around a text; encoders with one before and one behind it are supported.`);
  }
  return {
    first,
    last,
    encode(text) {
      const { guard, split } = guardSpecials([text], specials);
      return text === '' ? [] : split(guard(text)).flatMap((part) => tokenizer.encode(part, { add_special_tokens: false }).ids);
    },
  };
}

import { TaskError } from '@glm-tasks/weights';
import { embedTexts, type TextEncoder } from '../embed-texts.ts';
import type { Work } from '../model-process/protocol.ts';
import { serveModel, type ServedModel } from '../model-process/serve-model.ts';
import { readEncoderFolder, type EncoderFolder, type EncoderOptions } from './encoder-folder.ts';
import { openEncoderSession } from './encoder-session.ts';
import { openTokenizer } from './open-tokenizer.ts';
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
  const { tokenizer, specials, encode } = await openTokenizer(folder);
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
      return text === '' ? [] : split(guard(text)).flatMap(encode);
    },
  };
}

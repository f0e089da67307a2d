import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isEncoderFamily } from './architectures/encoder-shape.ts';
import { CONVERTER_VERSION, convertDecoder, type ConvertOptions } from './convert.ts';
import { convertEncoder, mostConfigBytes } from './convert-encoder.ts';
import { TaskError } from './errors.ts';
import { readOptionalJson } from './formats/read-optional.ts';

/** Converts whatever a checkpoint holds: a model that writes, or one that embeds. */
export async function convertCheckpoint(path: string, outputFolder: string, options: ConvertOptions): Promise<void> {
  if (!(await holdsEncoder(path))) return await convertDecoder(path, outputFolder, options);
  if (options.adapter !== undefined) throw new TaskError('invalid_input', 'An adapter is merged into models that write; this one embeds. Load it without "adapter".');
  await convertEncoder(path, outputFolder, { ...options, converterVersion: CONVERTER_VERSION });
}

async function holdsEncoder(path: string): Promise<boolean> {
  if (!(await stat(path)).isDirectory()) return false;
  const config = await readOptionalJson(join(path, 'config.json'), mostConfigBytes);
  return isEncoderFamily(config?.['model_type']);
}

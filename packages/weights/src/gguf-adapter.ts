import { basename } from 'node:path';
import type { Family } from './architectures/families.ts';
import { pairsInGguf } from './architectures/shape.ts';
import type { Adapter, LowRank } from './adapter.ts';
import { TaskError } from './errors.ts';
import type { StoredTensor } from './formats/checkpoint.ts';
import { readGguf } from './formats/gguf.ts';
import { readMetadataOf } from './formats/metadata.ts';
import { isFloatFormat } from './quantization/block-formats.ts';

const ending = /^(.+)\.lora_([ab])$/;

/** An adapter as llama.cpp's `convert_lora_to_gguf.py` writes it: `NAME.lora_a` and `NAME.lora_b` for every changed tensor. */
export async function readGgufAdapter(path: string, family: Family): Promise<Adapter> {
  const file = await readGguf(path);
  const name = basename(path);
  const metadata = readMetadataOf(name, file.metadata);
  const type = metadata.optionalText('adapter.type') ?? metadata.optionalText('general.type') ?? 'none';
  if (type !== 'lora') throw new TaskError('unsupported_model', `${name} is no LoRA adapter: its adapter type is "${type.slice(0, 64)}".`, { details: { file: name, type: type.slice(0, 64) } });
  const architecture = metadata.text('general.architecture');
  if (architecture !== family) {
    throw new TaskError('invalid_input', `The adapter ${name} was made for a ${architecture.slice(0, 64)} model, and the base is a ${family} one. Give the base that it was trained on.`, {
      details: { adapter: name, architecture: architecture.slice(0, 64), base: family },
    });
  }
  const alpha = metadata.number('adapter.lora.alpha');
  const matrices = new Map<string, LowRank>();
  for (const tensor of file.tensors.values()) {
    const [, changed, part] = ending.exec(tensor.name) ?? refuse(name, tensor.name);
    if (!isFloatFormat(tensor.format)) refuse(name, `${tensor.name} in ${tensor.format}`);
    if (part !== 'a') continue;
    const down = tensor;
    const up = file.tensors.get(`${changed}.lora_b`) ?? refuse(name, `${tensor.name} without its other half`);
    matrices.set(changed!, { down, up, scale: scaleOf(down, up, alpha, name) });
  }
  if (file.tensors.size !== 2 * matrices.size) refuse(name, 'a matrix without its other half');
  return { name, namings: [matrices], rotaryPairs: pairsInGguf[family] };
}

function scaleOf(down: StoredTensor, up: StoredTensor, alpha: number, file: string): number {
  const rank = up.columns;
  if (down.rows === rank) return alpha === 0 ? 1 : alpha / rank;
  throw new TaskError('invalid_model_file', `${file}: ${down.name} has rank ${down.rows} and ${up.name} rank ${rank}. Fetch the adapter again.`, { details: { file, tensor: down.name } });
}

function refuse(file: string, what: string): never {
  throw new TaskError('unsupported_model', `${file} holds ${what.slice(0, 200)}, which is no part of a LoRA adapter that we read.`, { details: { file, what: what.slice(0, 200) } });
}

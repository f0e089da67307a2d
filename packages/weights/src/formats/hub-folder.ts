import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findHubModelType, hubFamilies, renameModule, type HubFamily } from '../architectures/hub-families.ts';
import { readHubConfig, type HubConfig } from '../architectures/hub-shape.ts';
import { TaskError } from '../errors.ts';
import { readHubTokenizer } from '../hub-tokenizer.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { failFile } from './fail-file.ts';
import { readJsonMetadata } from './metadata.ts';
import { readOptionalJson } from './read-optional.ts';
import { readSafetensors, type SafetensorsTensor } from './safetensors.ts';
import { listShards } from './shards.ts';

const mostConfigBytes = 1 << 20;

/** Tables that the network computes by itself; older checkpoints carry them along. */
const computed = /(^|\.)(rotary_emb|rotary_pos_emb)\.inv_freq$/;

export async function readHubFolder(folder: string): Promise<Checkpoint> {
  const config = await readOptionalJson(join(folder, 'config.json'), mostConfigBytes);
  if (config === undefined) throw new TaskError('invalid_model_file', `${folder} has no config.json. Give a folder of the Hub with config.json, tokenizer.json and *.safetensors.`);
  const metadata = readJsonMetadata('config.json', config);
  const modelType = findHubModelType(metadata.text('model_type'));
  const hub = hubFamilies[modelType];
  const { shape, vocabularySize, tied } = readHubConfig(modelType, metadata);
  const shards = await listShards(folder);
  const found = await readTensors(shards, hub);
  const tensors = settleOutput(found, { tied, vocabularySize, shape });
  return {
    name: basename(folder),
    bytes: (await Promise.all(shards.map(async (path) => (await stat(path)).size))).reduce((sum, size) => sum + size, 0),
    family: hub.family,
    shape,
    tensors,
    tokenizer: await readHubTokenizer(folder, { config: metadata, family: hub.family, vocabularySize }),
  };
}

async function readTensors(shards: readonly string[], hub: HubFamily): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const path of shards) {
    for (const tensor of (await readSafetensors(path)).tensors.values()) {
      if (computed.test(tensor.name)) continue;
      const stored = toStored(tensor, path, hub);
      if (tensors.has(stored.name)) failFile(basename(path), `has the tensor ${tensor.name}, which another file has too`);
      tensors.set(stored.name, stored);
    }
  }
  return tensors;
}

function toStored({ name, format, shape, offset, bytes }: SafetensorsTensor, path: string, hub: HubFamily): StoredTensor {
  const file = basename(path);
  const [, module, kind] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
  // A tensor that the network leaves out would change what the model says, without any error.
  const renamed = (module !== undefined && renameModule(hub, module)) || refuse(file, name, `which no ${hub.family} model has`);
  if (format !== 'F32' && format !== 'F16' && format !== 'BF16') return refuse(file, name, `stored as ${format}; F32, F16 and BF16 are read`);
  const columns = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
  if (shape.length < 1 || shape.length > 2 || columns * rows === 0) failFile(file, `has the tensor ${name} with the impossible shape ${JSON.stringify(shape)}`);
  return { name: `${renamed}.${kind}`, file: path, format, columns, rows, offset, bytes };
}

/** Which table scores the tokens, as the configuration says; what it says must be there. */
function settleOutput(found: ReadonlyMap<string, StoredTensor>, { tied, vocabularySize, shape }: HubConfig): Map<string, StoredTensor> {
  const tensors = new Map(found);
  const embedding = tensors.get('token_embd.weight') ?? failFile('config.json', 'belongs to a checkpoint without the table of its tokens');
  if (embedding.rows !== vocabularySize) failFile('config.json', `says that there are ${vocabularySize} tokens, but their table has ${embedding.rows} rows`);
  if (embedding.columns !== shape.hidden) failFile('config.json', `says that the hidden size is ${shape.hidden}, but the table of tokens has rows of ${embedding.columns}`);
  if (tied) tensors.delete('output.weight');
  else if (!tensors.has('output.weight')) failFile('config.json', 'says that the output has a table of its own ("tie_word_embeddings" is false), but there is none');
  return tensors;
}

function refuse(file: string, tensor: string, problem: string): never {
  throw new TaskError('unsupported_model', `${file} has the tensor ${tensor.slice(0, 200)}, ${problem}.`, { details: { file, tensor: tensor.slice(0, 200) } });
}

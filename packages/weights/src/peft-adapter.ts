import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Family } from './architectures/families.ts';
import { hubFamilies, renameModule, type HubFamily } from './architectures/hub-families.ts';
import type { Adapter, LowRank } from './adapter.ts';
import { TaskError } from './errors.ts';
import { failFile } from './formats/fail-file.ts';
import { readJsonMetadata, type Metadata } from './formats/metadata.ts';
import { readOptionalJson } from './formats/read-optional.ts';
import { readSafetensors, type SafetensorsTensor } from './formats/safetensors.ts';

const configName = 'adapter_config.json';
const weightsName = 'adapter_model.safetensors';
const mostConfigBytes = 1 << 20;
const matrixName = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

/** An adapter as PEFT saves it (https://huggingface.co/docs/peft/developer_guides/checkpoint). */
export async function readPeftAdapter(folder: string, family: Family): Promise<Adapter> {
  const name = basename(folder);
  const json = (await readOptionalJson(join(folder, configName), mostConfigBytes)) ?? failFile(name, `has no ${configName}`);
  const config = readJsonMetadata(configName, json);
  checkConfig(config);
  const path = join(folder, weightsName);
  if ((await stat(path).catch(() => undefined)) === undefined) failFile(name, `has no ${weightsName}; adapters in other files are not read`);
  const { tensors } = await readSafetensors(path);
  const alpha = config.number('lora_alpha');
  const rootOfRank = config.optionalFlag('use_rslora') === true;
  const modules = new Map<string, LowRank>();
  for (const tensor of tensors.values()) {
    const [, module, part] = matrixName.exec(tensor.name) ?? refuse(weightsName, `the tensor ${tensor.name.slice(0, 200)}`);
    if (part === 'B') continue;
    const other = tensors.get(`base_model.model.${module}.lora_B.weight`) ?? failFile(weightsName, `has ${tensor.name} without its other half`);
    const [down, up] = [toMatrix(tensor, path), toMatrix(other, path)];
    if (down.rows !== up.columns) failFile(weightsName, `has rank ${down.rows} in ${tensor.name}, but ${up.columns} in its other half`);
    // Scaling by the root of the rank keeps large ranks learning (rsLoRA, https://arxiv.org/abs/2312.03732).
    modules.set(module!, { down, up, scale: alpha / (rootOfRank ? Math.sqrt(down.rows) : down.rows) });
  }
  if (tensors.size !== 2 * modules.size) failFile(weightsName, 'has a matrix without its other half');
  const hubs = Object.values<HubFamily>(hubFamilies).filter((hub) => hub.family === family);
  return { name, namings: hubs.map((hub) => rename(modules, hub)), rotaryPairs: hubs[0]!.rotaryPairs };
}

/** A module that the family does not have keeps its name, so that the misfit can be told by it. */
function rename(modules: ReadonlyMap<string, LowRank>, hub: HubFamily): Map<string, LowRank> {
  return new Map(Array.from(modules, ([module, matrices]) => [`${renameModule(hub, module) ?? module}.weight`, matrices]));
}

/** Whatever changes the base in another way than by low-rank matrices would be lost without a word. */
function checkConfig(config: Metadata): void {
  const type = config.text('peft_type');
  if (type !== 'LORA') refuse(configName, `an adapter of type ${type.slice(0, 64)}`);
  config.count('r', 1, 65_536);
  for (const key of ['modules_to_save', 'target_parameters', 'trainable_token_indices', 'layer_replication']) {
    if (config.list(key).length > 0) refuse(configName, `"${key}": ${show(config.list(key))}`);
  }
  for (const key of ['rank_pattern', 'alpha_pattern'] as const) {
    const pattern = config.object(key);
    if (pattern !== undefined && !pattern.isEmpty()) refuse(configName, `"${key}"`);
  }
  for (const key of ['use_dora', 'fan_in_fan_out', 'lora_bias', 'use_qalora']) {
    if (config.optionalFlag(key) === true) refuse(configName, `"${key}": true`);
  }
  const bias = config.optionalText('bias') ?? 'none';
  if (bias !== 'none') refuse(configName, `"bias": "${bias.slice(0, 64)}"`);
  // These ways to begin take something out of the base first, so that the adapter alone does not fit it.
  const [start] = config.list('init_lora_weights');
  if (typeof start === 'string' && /^(pissa|olora|loftq|corda)/i.test(start)) refuse(configName, `"init_lora_weights": "${start.slice(0, 64)}"`);
}

function toMatrix({ name, format, shape, offset, bytes }: SafetensorsTensor, path: string): LowRank['down'] {
  if (format !== 'F32' && format !== 'F16' && format !== 'BF16') refuse(weightsName, `${name} as ${format}`);
  const [rows, columns] = shape;
  if (shape.length !== 2 || !rows || !columns) return failFile(weightsName, `has ${name} with the shape ${JSON.stringify(shape)}, which is no matrix`);
  return { name, file: path, format, rows, columns, offset, bytes };
}

function refuse(file: string, what: string): never {
  throw new TaskError('unsupported_model', `${file} has ${what}. Only plain LoRA matrices are merged; merge this adapter with PEFT and give the merged checkpoint.`, {
    details: { file, what },
  });
}

function show(values: readonly unknown[]): string {
  return JSON.stringify(values).slice(0, 100);
}

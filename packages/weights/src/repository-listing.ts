import { TaskError } from './errors.ts';

/** What matters of a repository of the Hub: the files that a model is converted from, and whether it comes as ONNX too. */
export interface Listing {
  /** The commit that `main` was at. */
  revision: string;
  licence: string;
  gated: boolean;
  files: { name: string; bytes?: number; sha256?: string }[];
  onnx: string[];
}

// Whatever else is there is not read: no code, no pickle.
const besideWeights = [
  'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'tokenizer.model', 'chat_template.jinja',
  'sentence_bert_config.json', '1_Pooling/config.json', 'model.safetensors.index.json',
];
const weightsName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}\.safetensors$/;
const numbered = /^(.+)-(\d{5})-of-(\d{5})\.safetensors$/;

/**
 * Reads what the Hub says of a repository, or our own record of it, and believes no more of it than it needs.
 *
 * @throws TaskError `unsupported_model` for weights in other formats, `invalid_model_file` where files are missing
 */
export function readListing(repository: string, description: unknown): Listing {
  const { sha, revision = sha, gated, tags, licence = readLicence(tags), siblings, files: recorded } = (description ?? {}) as Record<string, unknown>;
  const files = readFiles(recorded ?? siblings);
  const names = files.map(({ name }) => name);
  const onnx = names.filter((name) => /^onnx\/[\w.-]+\.onnx$/.test(name));
  const isCommit = typeof revision === 'string' && /^[0-9a-f]{40}$/.test(revision);
  const listing = { revision: isCommit ? revision : 'main', licence: typeof licence === 'string' ? licence : 'unknown', gated: gated !== undefined && gated !== false, onnx };
  if (onnx.length > 0 && !names.some((name) => weightsName.test(name))) return { ...listing, files: [] };
  const weights = chooseWeights(repository, names);
  if (!names.includes('config.json')) throw invalid(repository, 'has no config.json, so nobody can tell what its weights belong to');
  if (!names.includes('tokenizer.json') && !names.includes('tokenizer.model')) throw invalid(repository, 'has neither tokenizer.json nor tokenizer.model');
  return { ...listing, files: files.filter(({ name }) => besideWeights.includes(name) || weights.includes(name)) };
}

function readFiles(list: unknown): Listing['files'] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const { rfilename, name = rfilename, size, bytes = size, lfs, sha256 = (lfs as { sha256?: unknown } | undefined)?.sha256 } = (entry ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string') return [];
    return [{
      name,
      ...(Number.isSafeInteger(bytes) && (bytes as number) >= 0 ? { bytes: bytes as number } : {}),
      ...(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
    }];
  });
}

/** Large models come in numbered parts, and some repositories hold the same weights in other files as well. */
function chooseWeights(repository: string, names: readonly string[]): string[] {
  const all = names.filter((name) => weightsName.test(name) && !name.startsWith('adapter_'));
  if (all.includes('model.safetensors') && !names.includes('model.safetensors.index.json')) return ['model.safetensors'];
  const parts = all.filter((name) => numbered.test(name));
  const [, stem, , count] = numbered.exec(parts[0] ?? '') ?? [];
  if (stem !== undefined) {
    const wanted = Array.from({ length: Math.min(Number(count), 10_000) }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${count}.safetensors`);
    const missing = wanted.find((name) => !parts.includes(name));
    if (missing !== undefined) throw invalid(repository, `has no ${missing}, one of the ${Number(count)} parts of its weights`);
    if (!names.includes('model.safetensors.index.json')) throw invalid(repository, `has ${Number(count)} parts of weights but no model.safetensors.index.json that says how they belong together`);
    return wanted;
  }
  return all.length > 0 ? all : refuseFormats(repository, names);
}

function refuseFormats(repository: string, names: readonly string[]): never {
  const gguf = names.filter((name) => /\.gguf$/i.test(name));
  if (gguf.length > 0) {
    const examples = gguf.slice(0, 4).map((name) => `${repository}/${name}`);
    throw new TaskError('unsupported_model', `${repository} holds ${gguf.length} GGUF files; name the one you want: ${examples.join(', ')}${gguf.length > 4 ? ', …' : ''}.`, { details: { name: repository, files: gguf.slice(0, 100) } });
  }
  if (names.some((name) => name === 'adapter_model.safetensors' || name === 'adapter_config.json')) {
    throw new TaskError('unsupported_model', `${repository} holds an adapter and no model. Download its folder, and load its base model with { adapter: './folder' }.`, { details: { name: repository } });
  }
  const pickled = names.find((name) => /\.(bin|pt|pth|ckpt|pkl)$/.test(name));
  if (pickled !== undefined) {
    throw new TaskError('unsupported_model', `${repository} keeps its weights in ${pickled}, a format that can run code when it is read. Choose a repository with .safetensors, .gguf or ONNX files.`, { details: { name: repository, file: pickled } });
  }
  throw invalid(repository, 'has no weights (*.safetensors)');
}

function invalid(repository: string, problem: string): TaskError {
  return new TaskError('invalid_model_file', `${repository} ${problem}. Choose another repository, or ask its owner.`, { details: { name: repository } });
}

function readLicence(tags: unknown): string {
  const tag = Array.isArray(tags) ? tags.find((tag: unknown): tag is string => typeof tag === 'string' && /^license:[\w.-]{1,64}$/.test(tag)) : undefined;
  return tag?.slice('license:'.length) ?? 'unknown';
}

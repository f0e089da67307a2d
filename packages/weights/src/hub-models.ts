import type { CatalogModel, FileSource } from './catalog.ts';

/**
 * Models that only the Hub has. Hashes are those that many public projects pin for the publisher's file; where they do not agree, or say
 * nothing, there is none, and `trustFirst` records what comes.
 */
export const hubModels: readonly CatalogModel[] = ([
  {
    id: 'qwen3-0.6b',
    aliases: ['qwen/qwen3-0.6b', 'qwen/qwen3-0.6b-gguf'],
    architecture: 'qwen3',
    licence: 'Apache-2.0',
    memoryBytes: 3.8e9,
    files: [
      {
        name: 'Qwen3-0.6B-Q8_0.gguf',
        bytes: 639_446_688,
        sha256: '9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031',
        sources: [hub('Qwen/Qwen3-0.6B-GGUF', 'Qwen3-0.6B-Q8_0.gguf', '23749fefcc72300e3a2ad315e1317431b06b590a')],
      },
    ],
  },
  {
    id: 'qwen3-1.7b',
    aliases: ['qwen/qwen3-1.7b', 'qwen/qwen3-1.7b-gguf'],
    architecture: 'qwen3',
    licence: 'Apache-2.0',
    memoryBytes: 5.1e9,
    files: [
      {
        name: 'Qwen3-1.7B-Q8_0.gguf',
        bytes: 1_834_426_016,
        sha256: '061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a',
        sources: [hub('Qwen/Qwen3-1.7B-GGUF', 'Qwen3-1.7B-Q8_0.gguf', '90862c4b9d2787eaed51d12237eafdfe7c5f6077')],
      },
    ],
  },
  {
    id: 'glm-edge-1.5b-chat',
    aliases: glmNames('glm-edge-1.5b-chat', 'glm-edge-1.5b-chat-gguf'),
    architecture: 'chatglm',
    licence: 'LicenseRef-glm-4',
    listedBytes: 980_470_144,
    memoryBytes: 3.6e9,
    files: [{ name: 'glm-edge-1.5b-chat-Q4_K_M.gguf', sources: [hub('zai-org/glm-edge-1.5b-chat-gguf', 'ggml-model-Q4_K_M.gguf')] }],
  },
  {
    id: 'chatglm3-6b',
    aliases: glmNames('chatglm3-6b'),
    architecture: 'chatglm',
    licence: 'LicenseRef-chatglm3',
    note: quantized('zai-org/chatglm3-6b'),
    listedBytes: 4.0e9,
    memoryBytes: 8.4e9,
    files: [{ name: 'chatglm3-6b.Q4_K_M.gguf', sources: [hub('mradermacher/chatglm3-6b-GGUF', 'chatglm3-6b.Q4_K_M.gguf')] }],
  },
  {
    id: 'glm-4-9b-chat',
    aliases: glmNames('glm-4-9b-chat'),
    architecture: 'chatglm',
    licence: 'LicenseRef-glm-4',
    note: quantized('zai-org/glm-4-9b-chat'),
    listedBytes: 6_250_926_848,
    memoryBytes: 12.4e9,
    files: [{ name: 'glm-4-9b-chat-Q4_K_M.gguf', sources: [hub('bartowski/glm-4-9b-chat-GGUF', 'glm-4-9b-chat-Q4_K_M.gguf')] }],
  },
  {
    id: 'glm-4-9b-0414',
    aliases: glmNames('glm-4-9b-0414'),
    architecture: 'glm4',
    licence: 'MIT',
    note: quantized('zai-org/GLM-4-9B-0414'),
    listedBytes: 6_166_574_944,
    memoryBytes: 12.4e9,
    files: [{ name: 'GLM-4-9B-0414-Q4_K_M.gguf', sources: [hub('unsloth/GLM-4-9B-0414-GGUF', 'GLM-4-9B-0414-Q4_K_M.gguf')] }],
  },
] satisfies Omit<CatalogModel, 'kind' | 'languages'>[]).map((model) => ({ ...model, kind: 'decoder', languages: ['zh', 'en'] }));

function quantized(publisher: string): string {
  return `The publisher (${publisher}) gives 16-bit safetensors; the owner of this repository quantized them.`;
}

/** Repositories under the publisher's old and new names: introductions and old code say THUDM. */
function glmNames(...repositories: string[]): string[] {
  return repositories.flatMap((name) => [`zai-org/${name}`, `thudm/${name}`, `zhipuai/${name}`]);
}

export function hub(repository: string, path: string, revision = 'main'): FileSource {
  return { kind: 'hub', repository, revision, path };
}

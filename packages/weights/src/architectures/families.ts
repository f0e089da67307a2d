import { TaskError } from '../errors.ts';
import { chatglm } from './chatglm.ts';
import type { DecoderBlocks } from './decoder.ts';
import { glm4 } from './glm4.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

/** Networks we can rebuild, by the name GGUF files give their architecture. MiniCPM is Llama with scales, which its shape has. */
export const families = { qwen2, qwen3, llama, minicpm: llama, chatglm, glm4 } as const satisfies Record<string, (decoder: DecoderBlocks) => void>;

export type Family = keyof typeof families;

/** @throws TaskError `unsupported_model`, naming the architecture and those we have */
export function findFamily(architecture: string): Family {
  if (Object.hasOwn(families, architecture)) return architecture as Family;
  throw new TaskError(
    'unsupported_model',
    `The file holds a model of architecture "${architecture.slice(0, 64)}". Supported: ${Object.keys(families).join(', ')}.`,
    { details: { architecture: architecture.slice(0, 64), supported: Object.keys(families) } },
  );
}

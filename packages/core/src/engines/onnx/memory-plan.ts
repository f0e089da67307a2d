import { freemem } from 'node:os';
import { TaskError } from '@glm-tasks/weights';
import type { ModelFolder } from './model-folder.ts';

export interface MemoryPlan {
  /** Sequences that run side by side. */
  slots: number;
  /** Tokens a sequence may hold, prompt and output. */
  contextLength: number;
  /** Tokens whose keys and values are kept for later requests with the same beginning. */
  prefixTokens: number;
  /** Bytes of the whole plan. */
  bytes: number;
}

const DEFAULT_SLOTS = 8;
const DEFAULT_CONTEXT = 4096;
// One prefill slice of activations and attention scores, the tokenizer and the runtime itself; measured with 0.5B and 1.5B.
const OVERHEAD_BYTES = 350e6;
const BUDGET_SHARE = 0.85;

/**
 * Decides slots and context length before any memory is taken: weights + keys and values of `slots x contextLength`.
 * Where the caller left a number open it is halved until the plan fits; what the caller asked for is never cut silently.
 *
 * @throws TaskError `insufficient_memory` naming what is needed and what there is; `invalid_input` for a context the model does not have.
 */
export function planMemory(model: ModelFolder, wish: { slots?: number | undefined; contextLength?: number | undefined; memoryBudget?: number | undefined }): MemoryPlan {
  checkWish(model, wish);
  const budget = wish.memoryBudget ?? freemem() * BUDGET_SHARE;
  const tokenBytes = bytesPerToken(model);
  let slots = wish.slots ?? DEFAULT_SLOTS;
  let contextLength = wish.contextLength ?? Math.min(model.contextLength, DEFAULT_CONTEXT);
  const plan = (): MemoryPlan => {
    const prefixTokens = 2 * contextLength;
    return { slots, contextLength, prefixTokens, bytes: model.weightBytes + OVERHEAD_BYTES + (slots * contextLength + prefixTokens) * tokenBytes };
  };
  while (plan().bytes > budget) {
    if (wish.slots === undefined && slots > 1) slots = Math.ceil(slots / 2);
    else if (wish.contextLength === undefined && contextLength > 1024) contextLength /= 2;
    else {
      const need = megabytes(plan().bytes);
      throw new TaskError('insufficient_memory', `The model needs ${need} MB for ${slots} slots of ${contextLength} tokens, but the budget is ${megabytes(budget)} MB. Ask for fewer slots or a shorter contextLength, free memory, or use a smaller model.`, {
        details: { needBytes: plan().bytes, budgetBytes: budget, slots, contextLength },
      });
    }
  }
  return plan();
}

/** Bytes that one token's keys and values take: float32, all layers. */
function bytesPerToken(model: Pick<ModelFolder, 'layers' | 'keyValueHeads' | 'headDimension'>): number {
  return model.layers * 2 * model.keyValueHeads * model.headDimension * Float32Array.BYTES_PER_ELEMENT;
}

function checkWish(model: ModelFolder, { slots, contextLength }: { slots?: number | undefined; contextLength?: number | undefined }): void {
  if (slots !== undefined && !(Number.isInteger(slots) && slots >= 1 && slots <= 64)) throw new TaskError('invalid_input', `slots must be a whole number from 1 to 64, not ${slots}.`, { details: { slots } });
  if (contextLength === undefined) return;
  if (!Number.isInteger(contextLength) || contextLength < 64) throw new TaskError('invalid_input', `contextLength must be a whole number of at least 64 tokens, not ${contextLength}.`, { details: { contextLength } });
  if (contextLength > model.contextLength) {
    throw new TaskError('invalid_input', `contextLength ${contextLength} is more than the model's ${model.contextLength} tokens.`, { details: { contextLength, limit: model.contextLength } });
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

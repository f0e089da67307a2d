import type { LlamaGrammar, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import type { GenerateRequest } from '../../engine.ts';
import { createPenalties, hasPenalties } from '../onnx/penalties.ts';
import type { OpenedModel } from './open-llama.ts';

export interface NativeSampling {
  options: SequenceEvaluateOptions;
  /** A token was picked. */
  add(token: Token): void;
  warnings: string[];
}

/**
 * Says in llama.cpp's words how a request wants its tokens chosen. Its filters run before its temperature and ours after, so
 * min-p is translated (a share p of the likeliest after temperature T is the share p ** T before), and top-p, which cannot be,
 * comes with a warning. DRY and repeated n-grams are counted here, over what our contract says they are counted over.
 */
export function toNativeSampling({ library, model }: OpenedModel, request: GenerateRequest, prompt: readonly Token[], grammar: LlamaGrammar | undefined): NativeSampling {
  const { temperature = 0, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1, logitBias = {} } = request;
  const warnings: string[] = [];
  if (topP < 1 && temperature !== 0 && temperature !== 1) warnings.push('llama.cpp applies topP before temperature: the set it keeps is that of temperature 1.');
  const banned = Object.keys(logitBias).find((token) => model.isEogToken(Number(token) as Token));
  if (banned !== undefined) warnings.push(`logitBias on token ${banned} has no effect: llama.cpp's bindings leave tokens that end the output alone.`);

  const seen = [...prompt];
  const { repetitionPenalty: _native, ...additive } = request;
  const penalties = hasPenalties(additive) ? createPenalties(additive, prompt) : undefined;
  const changes = new Float32Array(penalties === undefined ? 0 : model.fileInfo.metadata.tokenizer.ggml.tokens.length);

  function readBias(): InstanceType<typeof library.TokenBias> {
    const bias = library.TokenBias.for(model);
    changes.fill(0);
    penalties!.apply(changes);
    changes.forEach((logit, token) => logit !== 0 && bias.set(token as Token, { logit }));
    return bias;
  }

  return {
    options: {
      temperature,
      topK,
      topP,
      minP: temperature === 0 ? 0 : minP ** temperature,
      seed: (request.seed ?? Math.floor(Math.random() * 2 ** 32)) >>> 0,
      yieldEogToken: true,
      ...(repetitionPenalty === 1 ? {} : { repeatPenalty: { punishTokens: () => seen, penalty: repetitionPenalty } }),
      ...(penalties === undefined ? {} : { tokenBias: readBias }),
      ...(grammar === undefined ? {} : { grammarEvaluationState: new library.LlamaGrammarEvaluationState({ model, grammar }) }),
    },
    add(token) {
      seen.push(token);
      penalties?.add(token);
    },
    warnings,
  };
}

import type { LlamaContextSequence, LlamaGrammar, Token } from 'node-llama-cpp';
import type { GenerateRequest, TokenLogprob } from '../../engine.ts';
import { describeToken } from '../onnx/logprobs.ts';
import { createSampler } from '../onnx/sampler.ts';
import { toNativeSampling } from './native-sampling.ts';
import type { OpenedModel } from './open-llama.ts';

export interface Chosen {
  token: Token;
  logprob?: TokenLogprob;
}

export interface Chooser {
  /** Goes on without end; evaluates the tokens it is given first. */
  tokens: AsyncIterable<Chosen>;
  warnings: string[];
}

/** @param rest the end of the prompt that the sequence does not hold yet */
export function chooseTokens(opened: OpenedModel, sequence: LlamaContextSequence, request: GenerateRequest, prompt: readonly Token[], rest: Token[], grammar: LlamaGrammar | undefined): Chooser {
  if (request.logprobs === undefined) return chooseNatively(opened, sequence, request, prompt, rest, grammar);
  if (grammar !== undefined) {
    const native = chooseNatively(opened, sequence, request, prompt, rest, grammar);
    return { ...native, warnings: [...native.warnings, 'logprobs are not reported for an output that is held to choices or a schema.'] };
  }
  return { tokens: chooseFromLogits(opened, sequence, request, prompt, rest), warnings: [] };
}

function chooseNatively(opened: OpenedModel, sequence: LlamaContextSequence, request: GenerateRequest, prompt: readonly Token[], rest: Token[], grammar: LlamaGrammar | undefined): Chooser {
  const { options, add, warnings } = toNativeSampling(opened, request, prompt, grammar);
  async function* choose(): AsyncGenerator<Chosen> {
    for await (const token of sequence.evaluate(rest, options)) {
      add(token);
      yield { token };
    }
  }
  return { tokens: choose(), warnings };
}

/** Takes all logits out of llama.cpp, tens of milliseconds a token for a large vocabulary, and samples here. */
async function* chooseFromLogits({ model }: OpenedModel, sequence: LlamaContextSequence, request: GenerateRequest, prompt: readonly Token[], rest: Token[]): AsyncGenerator<Chosen> {
  const sample = createSampler(request, prompt);
  const show = (token: number): string => model.detokenize([token as Token], true);
  for (let input = rest; ; ) {
    const last = input.at(-1)!;
    const outputs = await sequence.controlledEvaluate([...input.slice(0, -1), [last, { generateNext: { logits: true, options: { temperature: 0 } } }]]);
    const byToken = outputs.at(-1)!.next.logits!;
    const logits = new Float32Array(byToken.size);
    for (const [token, logit] of byToken) logits[token] = logit;
    const raw = logits.slice();
    const token = sample(logits) as Token;
    yield { token, logprob: describeToken(raw, token, request.logprobs ?? 0, show) };
    input = [token];
  }
}

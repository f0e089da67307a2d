import type { Sampling } from '../../engine.ts';

/** Changes logits by what was said before. */
export interface Penalties {
  apply(logits: Float32Array): void;
  /** A token was picked. */
  add(token: number): void;
}

/** Whether the logits are left as the model gave them. */
export function hasPenalties({ logitBias, repetitionPenalty = 1, dryMultiplier = 0, noRepeatNgram = 0 }: Sampling): boolean {
  return repetitionPenalty !== 1 || dryMultiplier > 0 || noRepeatNgram > 0 || Object.keys(logitBias ?? {}).length > 0;
}

/**
 * In this order, which is that of Hugging Face transformers with DRY, unknown there, where llama.cpp has it: logit bias;
 * repetition penalty (Keskar et al. 2019, arXiv:1909.05858), over prompt and output; DRY (oobabooga/text-generation-webui
 * pull request 5677, without its sequence breakers), over prompt and output; no repeated n-gram (Paulus et al. 2017,
 * arXiv:1705.04304), over the output.
 */
export function createPenalties(sampling: Sampling, prompt: readonly number[]): Penalties {
  const { repetitionPenalty = 1, dryMultiplier = 0, noRepeatNgram = 0 } = sampling;
  const bias = Object.entries(sampling.logitBias ?? {}).map(([token, value]): [number, number] => [Number(token), value]);
  const parts = [
    ...(repetitionPenalty === 1 ? [] : [createRepetitionPenalty(repetitionPenalty, prompt)]),
    ...(dryMultiplier === 0 ? [] : [createDry(sampling, prompt)]),
    ...(noRepeatNgram === 0 ? [] : [createNoRepeat(noRepeatNgram)]),
  ];
  return {
    apply(logits) {
      for (const [token, value] of bias) logits[token]! += value;
      for (const part of parts) part.apply(logits);
    },
    add: (token) => parts.forEach((part) => part.add(token)),
  };
}

function createRepetitionPenalty(penalty: number, prompt: readonly number[]): Penalties {
  const seen = new Set(prompt);
  return {
    apply(logits) {
      for (const token of seen) {
        const logit = logits[token];
        if (logit !== undefined) logits[token] = logit > 0 ? logit / penalty : logit * penalty;
      }
    },
    add: (token) => void seen.add(token),
  };
}

// Far below every logit, and still a number: a constraint may leave nothing but tokens that repeat.
const HEAVIEST = 1e30;

function createDry({ dryMultiplier = 0, dryBase = 1.75, dryAllowedLength = 2 }: Sampling, prompt: readonly number[]): Penalties {
  const tokens = [...prompt];
  return {
    apply(logits) {
      const runs = matchEnd(tokens);
      const longest = new Map<number, number>();
      for (let at = 0; at < tokens.length - 1; at++) {
        const run = runs[at]!;
        const next = tokens[at + 1]!;
        if (run >= Math.max(dryAllowedLength, 1) && run > (longest.get(next) ?? 0)) longest.set(next, run);
      }
      for (const [token, run] of longest) logits[token]! -= Math.min(HEAVIEST, dryMultiplier * dryBase ** (run - dryAllowedLength));
    },
    add: (token) => void tokens.push(token),
  };
}

/**
 * For each place, how many tokens up to it are the same as the last ones of the sequence: the Z-algorithm (Gusfield 1997,
 * Algorithms on Strings, Trees and Sequences, 1.4) read backwards, so that a looping text costs no more than another.
 */
export function matchEnd(tokens: readonly number[]): Int32Array {
  const last = tokens.length - 1;
  const runs = new Int32Array(tokens.length);
  // The match that reaches furthest back so far ends before `start` and was found at `found`, both counted from the end.
  for (let at = 1, found = 0, start = 0; at <= last; at++) {
    let run = at < start ? Math.min(start - at, runs[last - (at - found)]!) : 0;
    while (at + run <= last && tokens[last - run] === tokens[last - at - run]) run++;
    runs[last - at] = run;
    if (at + run > start) [found, start] = [at, at + run];
  }
  return runs;
}

function createNoRepeat(length: number): Penalties {
  const output: number[] = [];
  const followers = new Map<string, Set<number>>();
  const lastTokens = (end: number): string => output.slice(end - (length - 1), end).join();
  return {
    apply(logits) {
      if (output.length < length - 1) return;
      for (const token of followers.get(lastTokens(output.length)) ?? []) logits[token] = -Infinity;
    },
    add(token) {
      output.push(token);
      if (output.length < length) return;
      const before = lastTokens(output.length - 1);
      followers.set(before, (followers.get(before) ?? new Set()).add(token));
    },
  };
}

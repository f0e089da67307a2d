import { TaskError } from '@glm-tasks/weights';
import { addUsage, collectParts, drain } from './collect-parts.ts';
import type { Engine, Message, Part, Scored, Usage } from './engine.ts';
import type { RunOptions } from './model.ts';
import { askForChoice, askForOtherChoice } from './output-prompts.ts';

type Prompt = string | Message[] | number[];

/** The two ways of a model to its engine, both through its queue. */
export interface Calls {
  stream(prompt: Prompt, run: RunOptions): AsyncIterable<Part>;
  score(prompt: Prompt, continuations: string[], run: RunOptions): Promise<Scored[]>;
}

/**
 * The output is exactly one of `choices`. An engine that can is given them; one that can score is asked which is the likeliest; any other is
 * told them, and asked a second time when it answers something else.
 */
export async function* choose(engine: Engine, calls: Calls, prompt: Prompt, { choices = [], ...run }: RunOptions): AsyncGenerator<Part, void, void> {
  if (engine.can.choices) yield* passOn(engine, calls, prompt, { choices, ...run });
  else if (engine.score) yield* chooseByScore(engine, calls, prompt, { choices, ...run });
  else yield* chooseByAsking(engine, calls, prompt, { choices, ...run });
}

async function* passOn(engine: Engine, calls: Calls, prompt: Prompt, run: RunOptions): AsyncGenerator<Part, void, void> {
  let text = '';
  for await (const part of calls.stream(prompt, run)) {
    if (part.type === 'text-delta') text += part.text;
    else if (!run.choices!.includes(text)) throw notChosen(engine, text, run.choices!, part.usage);
    yield part;
  }
}

async function* chooseByScore(engine: Engine, calls: Calls, prompt: Prompt, { choices, ...run }: RunOptions): AsyncGenerator<Part, void, void> {
  const tokens = isTokens(prompt);
  const question = tokens ? prompt : askForChoice(prompt, choices!);
  const scores = await calls.score(question, choices!, run);
  const text = likeliest(choices!, scores);
  const inputTokens = tokens ? prompt.length : (await engine.countTokens((question as Message[]).map(({ content }) => content))).counts.reduce((sum, count) => sum + count, 0);
  const warnings = (run.temperature ?? 0) > 0 ? [`"${engine.name}" compares the choices instead of sampling them: temperature does not apply.`] : undefined;
  yield { type: 'text-delta', text };
  yield { type: 'end', finishReason: 'stop', usage: { inputTokens, outputTokens: 0, cachedTokens: 0, calls: 1 }, ...(warnings ? { warnings } : {}) };
}

/**
 * A choice that begins others is as likely as all of them together and something more, so theirs is taken off: "yes" does not win by being
 * the beginning of "yes, but".
 */
function likeliest(choices: readonly string[], scores: readonly Scored[]): string {
  const alone = choices.map((choice, index) => {
    const longer = scores.filter((_, other) => choices[other] !== choice && choices[other]!.startsWith(choice));
    return Math.exp(scores[index]!.logprob) - longer.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
  });
  // Sums of very unlikely tokens vanish in `exp`; then the logarithms still tell them apart.
  const best = Math.max(...alone) > 0 ? alone : scores.map(({ logprob }) => logprob);
  return choices[best.indexOf(Math.max(...best))]!;
}

async function* chooseByAsking(engine: Engine, calls: Calls, prompt: Prompt, { choices, ...run }: RunOptions): AsyncGenerator<Part, void, void> {
  if (isTokens(prompt)) {
    throw new TaskError('invalid_input', `"choices" needs a text or messages on "${engine.name}", which is told them in its prompt; "prompt" is a list of token ids.`, {
      details: { field: 'choices' },
    });
  }
  const question = askForChoice(prompt, choices!);
  const called = Date.now();
  let usage: Usage | undefined;
  let messages = question;
  for (;;) {
    const deadline = run.deadline === undefined ? {} : { deadline: Math.max(1, run.deadline - (Date.now() - called)) };
    const { text: answer, ...end } = await drain(collectParts(engine.name, calls.stream(messages, { ...run, ...deadline })));
    const spent = addUsage(end.usage, usage);
    const text = matchChoice(answer, end.finishReason === 'length', choices!);
    if (text !== undefined) {
      yield { type: 'text-delta', text };
      yield { type: 'end', ...end, finishReason: 'stop', usage: spent };
      return;
    }
    if (usage) throw notChosen(engine, answer, choices!, spent);
    usage = spent;
    messages = askForOtherChoice(question, answer);
  }
}

/** The same but for case, quotes, fences, reasoning and a full stop; never a guess at what was meant, nor at how a cut answer went on. */
function matchChoice(answer: string, cut: boolean, choices: readonly string[]): string | undefined {
  const said = bare(answer);
  if (cut && choices.some((choice) => choice.length > said.length && choice.startsWith(said))) return undefined;
  if (choices.includes(answer)) return answer;
  const same = choices.filter((choice) => choice === said);
  const alike = same.length > 0 ? same : choices.filter((choice) => bare(choice).toLowerCase() === said.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function bare(text: string): string {
  const inner = text.replace(/^[^]*<\/think>/u, '').replace(/^\s*```\w*\n([^]*?)\n?```\s*$/u, '$1');
  return inner.replace(/^[\s"'“‘「`*]+|[\s"'”’」`*.。]+$/gu, '');
}

function isTokens(prompt: Prompt): prompt is number[] {
  return Array.isArray(prompt) && typeof prompt[0] === 'number';
}

function notChosen(engine: Engine, answer: string, choices: readonly string[], usage: Usage): TaskError {
  const shown = answer.length > 80 ? `${answer.slice(0, 80)}…` : answer;
  const message = `"${engine.name}" answered ${JSON.stringify(shown)}, which is none of the ${choices.length} choices; say in the prompt what they mean, or try a larger model.`;
  return new TaskError('output_invalid', message, { details: { reason: 'choices', choices: [...choices] }, partial: answer, usage });
}

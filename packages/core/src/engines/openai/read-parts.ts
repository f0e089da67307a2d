import { TaskError, isTaskError } from '@glm-tasks/weights';
import type { Part } from '../../engine.ts';
import { createTextGate } from '../../stop-texts.ts';
import { makeEndPart, type Answer, type Answering } from './end-part.ts';
import { asRecord, readCompletion, readOllamaLine } from './read-chunk.ts';
import { readComplaint } from './read-complaint.ts';
import type { ServerEvent } from './read-events.ts';
import { complaintFailure } from './reply-failure.ts';
import { createThinkSplitter } from './think-splitter.ts';
import type { Watch } from './watch.ts';

/** Usage and `[DONE]` follow the last token at once, or never. */
const patienceAfterFinish = 5000;

/**
 * Events to parts.
 *
 * @returns how much of the body may be left: `any` where a stop text was found here, and the server knows nothing of it
 * @throws TaskError, with what had come as `partial`, where the answer has no proper end
 */
export async function* readParts(
  events: AsyncIterable<ServerEvent>,
  answering: Answering,
  watch: Pick<Watch, 'signal' | 'progress' | 'hurry'>,
): AsyncGenerator<Part, 'short' | 'any'> {
  const gate = createTextGate(answering.request.stop ?? []);
  const splitter = createThinkSplitter();
  const answer: Answer = { text: '', reasoning: '', refusal: '', logprobs: [], seen: 'nothing', pieces: 0, stopped: false };

  function* show(thought: { text: string; reasoning: string }): Generator<Part> {
    answer.reasoning += thought.reasoning;
    const step = gate.push(thought.text);
    answer.stopped = step.stopped;
    yield* say(step.text);
  }
  function* say(text: string): Generator<Part> {
    const whole = text.toWellFormed();
    answer.text += whole;
    if (whole !== '') yield { type: 'text-delta', text: whole };
  }

  try {
    try {
      for await (const event of events) {
        refuseAborted(watch.signal);
        const text = takeEvent(event, answer, answering, watch);
        yield* show(splitter.push(text));
        if (answer.stopped) break;
      }
    } catch (error) {
      // After the last token nothing can be lost any more but the usage.
      if (answer.finish === undefined || !isTaskError(error) || error.code === 'aborted') throw error;
    }
    if (!answer.stopped) yield* show(splitter.flush());
    if (!answer.stopped) yield* say(gate.flush());
    refuseAborted(watch.signal);
    yield makeEndPart(answer, answering);
    return answer.stopped ? 'any' : 'short';
  } catch (error) {
    throw withPartial(error, answer.text);
  }
}

/** Adds what an event says to the answer; what is returned is text that may still hold thoughts. */
function takeEvent({ name, data }: ServerEvent, answer: Answer, { asked, request, contextLength }: Answering, watch: Pick<Watch, 'progress' | 'hurry'>): string {
  const { provider, shown } = asked.server;
  const complaint = readComplaint(name === 'error' ? { error: data, ...asRecord(data) } : data);
  if (complaint) throw complaintFailure(complaint, asked);
  const piece = provider.wire === 'ollama' ? readOllamaLine(data) : readCompletion(data);
  answer.seen = piece || answer.seen === 'chunks' ? 'chunks' : 'something';
  if (!piece) return '';
  if (piece.usage) answer.usage = piece.usage;
  if (piece.finish !== undefined) answer.finish = piece.finish;
  answer.refusal += piece.refusal;
  answer.reasoning += piece.reasoning;
  answer.logprobs.push(...piece.logprobs);
  if (piece.text !== '' || piece.reasoning !== '' || piece.refusal !== '') {
    watch.progress();
    const limit = request.maxTokens ?? contextLength;
    // A token can come in several pieces, but not in this many.
    if (++answer.pieces > 4 * limit + 256) {
      const message = `${shown} keeps sending: ${answer.pieces} pieces, where ${limit} tokens are the most; it does not keep ${provider.maxTokensField}.`;
      throw new TaskError('upstream_failed', message);
    }
  }
  if (piece.finish !== undefined) watch.hurry(patienceAfterFinish);
  return piece.text;
}

/** Events that came in one piece are still there when the caller has gone. */
function refuseAborted({ aborted, reason }: AbortSignal): void {
  if (aborted && isTaskError(reason) && reason.code === 'aborted') throw reason;
}

function withPartial(error: unknown, partial: string): unknown {
  if (!isTaskError(error) || partial === '') return error;
  const { code, message, details, retryable, cause } = error;
  return new TaskError(code, message, { details, retryable, cause, partial });
}

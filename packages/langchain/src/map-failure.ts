import { TaskError, isTaskError } from '@glm-tasks/core';

/** Set by LangChain on errors, whatever their class; the same symbol in every copy of it. */
const RETRYABLE = Symbol.for('langchain.errors.retryable');
const TOO_LONG = /context.{0,20}(?:length|window|size)|maximum context|too many (?:input )?tokens|prompt is too long|input is too long|exceeds? .{0,40}token/i;

/** What a chat model of LangChain threw, as our error. By names and codes, never by class: providers bring classes of their own. */
export function mapFailure(error: unknown, name: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return isTaskError(signal.reason) ? signal.reason : new TaskError('aborted', 'The caller aborted the request.', { cause: signal.reason });
  if (isTaskError(error)) return error;
  const { name: kind = '', message = String(error), status, code, lc_error_code: langChainCode } = (error ?? {}) as Record<string, unknown>;
  const said = String(message).slice(0, 500);
  const details = { ...(typeof status === 'number' ? { status } : {}), ...(typeof code === 'string' ? { code } : {}) };
  if (kind === 'ContextOverflowError' || code === 'context_length_exceeded' || (status !== 429 && TOO_LONG.test(said))) {
    return new TaskError('context_overflow', `The prompt is too long for ${name}: ${said}. Shorten it, or give fromLangChain the true contextLength.`, { details, cause: error });
  }
  if (kind === 'AbortError' || kind === 'ModelAbortError') return new TaskError('aborted', `${name} was aborted: ${said}`, { details, cause: error });
  if (kind === 'TimeoutError') return new TaskError('timeout', `${name} did not answer in time: ${said}`, { details, retryable: true, cause: error });
  if (status === 429 || langChainCode === 'MODEL_RATE_LIMIT') return new TaskError('overloaded', `${name} refused for now: ${said}. Try again later, or send fewer at once.`, { details, retryable: true, cause: error });
  return new TaskError('upstream_failed', `${name} failed: ${said}`, { details, retryable: isRetryable(error, status), cause: error });
}

function isRetryable(error: unknown, status: unknown): boolean {
  const mark = typeof error === 'object' && error !== null ? (error as Record<symbol, unknown>)[RETRYABLE] : undefined;
  if (typeof mark === 'boolean') return mark;
  return typeof status === 'number' && (status >= 500 || status === 408);
}

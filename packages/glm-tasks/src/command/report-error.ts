import { TaskError, isTaskError } from '@glm-tasks/core';
import { exitCodes, partialExitCode } from './exit-code.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';

/** Says on stderr what went wrong (as JSON where the output is JSON) and gives the exit code. */
export function reportError(thrown: unknown, shell: Shell, { json, debug }: { json: boolean; debug: boolean }): number {
  // Node's own streams and files answer an abort with an error of their own.
  const error = shell.signal.aborted && !isTaskError(thrown) ? new TaskError('aborted', 'The command was interrupted.', { cause: thrown }) : thrown;
  const told = isTaskError(error)
    ? { code: error.code, message: error.message, details: error.details, retryable: error.retryable, ...partOf(error) }
    : { code: 'unexpected', message: error instanceof Error ? error.message : String(error), retryable: false };

  if (json) shell.stderr.write(`${JSON.stringify({ error: told })}\n`);
  else if (told.code === 'aborted') reportStop(told.message, shell);
  else {
    shell.stderr.write(`${paint(shell, 'red', 'error')} ${told.code}: ${told.message}\n`);
    if (told.code === 'unexpected') shell.stderr.write('This should not happen: please report it with the output of --debug.\n');
  }
  if (debug) shell.stderr.write(`${stackOf(error)}\n`);

  if (!isTaskError(error)) return 1;
  return error.partial !== undefined && error.code !== 'aborted' ? partialExitCode : exitCodes[error.code];
}

/** Quiet where the reader of our output went away (`| head`): it has what it wanted. */
function reportStop(message: string, { signal, stderr }: Shell): void {
  const readerGone = signal.reason instanceof Error && 'code' in signal.reason && signal.reason.code === 'EPIPE';
  if (!readerGone) stderr.write(`stopped: ${message}\n`);
}

const partOf = ({ partial }: { partial?: unknown }): { partial?: unknown } => (partial === undefined ? {} : { partial });

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause)}`;
}

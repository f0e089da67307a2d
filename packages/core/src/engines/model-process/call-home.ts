import { isTaskError } from '@glm-tasks/weights';
import type { Failure, FromProcess } from './protocol.ts';

/** Ties this process to the life of the one that started it. */
export function followCaller(): void {
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; the caller decides what it means and ends this process by closing the channel.
  process.on('SIGINT', () => {});
}

export function send(message: FromProcess): void {
  // After the caller has gone there is nobody to tell; `disconnect` ends this process.
  if (process.connected) process.send!(message);
}

export function toFailure(error: unknown): Failure {
  if (isTaskError(error)) return { code: error.code, message: error.message, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'engine_crashed', message: `The engine failed inside the model: ${reason}`, details: {} };
}

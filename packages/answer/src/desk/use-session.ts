import { TaskError } from '@glm-tasks/core';
import { createOneAtATime } from './one-at-a-time.ts';
import type { Session, Sessions } from './sessions.ts';

export type SessionUser = <T>(sessionId: string, signal: AbortSignal | undefined, work: (session: Session) => Promise<T>) => Promise<T>;

/** Turns that another process took at the same time are answered again, so often. */
const MOST_CONFLICTS = 3;

/** Loads a session, lets the work change it, and keeps it; from the start again where another process was faster. Work on one session never overlaps. */
export function createSessionUser(sessions: Sessions): SessionUser {
  const oneAtATime = createOneAtATime();
  return async (sessionId, signal, work) => {
    if (typeof sessionId !== 'string' || sessionId === '') {
      throw new TaskError('invalid_input', 'There is no "sessionId"; give each conversation a name of its own.', { details: { field: 'sessionId' } });
    }
    return oneAtATime(sessionId, async () => {
      for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
        throwIfAborted(signal);
        const session = await sessions.load(sessionId);
        const before = JSON.stringify(session);
        const result = await work(session);
        throwIfAborted(signal);
        if (JSON.stringify(session) === before || (await sessions.save(sessionId, session))) return result;
      }
      const message = `The session "${sessionId}" was changed by another process ${MOST_CONFLICTS} times while it was answered; send a session to one process at a time.`;
      throw new TaskError('overloaded', message, { details: { sessionId }, retryable: true });
    });
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TaskError('aborted', 'The turn was aborted; its session is as it was before.', { cause: signal.reason });
}

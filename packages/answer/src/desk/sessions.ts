import { TaskError } from '@glm-tasks/core';
import type { Store } from '@glm-tasks/task';
import { z } from 'zod';
import { keepMentioned } from './personal-data.ts';
import { ticketSchema } from './ticket.ts';
import { lineSchema } from './transcript.ts';

export interface SessionOptions {
  /**
   * Where sessions live, for several processes or for longer than one. It holds the personal data that the placeholders stand for. Two
   * processes that answer one session at the same time are told apart by its version, but for the moment between reading and writing it, as a
   * store cannot do both at once: send a session to one process where you can. @default memory
   */
  store?: Store;
  /** Milliseconds after its last turn until a session is forgotten (a store keeps it until another one takes its name). One that waits for a person is not. @default 30 minutes */
  expiresAfter?: number;
  /** Turns of the customer that are kept; older ones are dropped, and the ticket says how many. @default 200 */
  turns?: number;
  /** The time in milliseconds. @default Date.now */
  clock?: () => number;
}

/** An intent, by its name and as the customer calls it. */
const choiceSchema = z.object({ name: z.string(), label: z.string() });

const sessionSchema = z.object({
  /** Goes up with every save: who saves must have seen the one before. */
  version: z.int(),
  updatedAt: z.number(),
  language: z.enum(['zh', 'en']),
  /** Turns of the customer so far. */
  turn: z.int(),
  /** Turns that are no longer in the transcript. */
  dropped: z.int(),
  /** Masked. */
  transcript: z.array(lineSchema),
  personal: z.record(z.string(), z.string()),
  /** Masked. */
  slots: z.record(z.string(), z.string()),
  /** The value that pronouns stand for. */
  topic: z.string().optional(),
  /** An intent that still lacks slots. */
  form: z.object({ intent: z.string(), asked: z.string(), misses: z.int() }).optional(),
  /** What the last turn asked the customer to choose from. */
  choices: z.array(choiceSchema).optional(),
  /** The last turn offered a person. */
  offered: z.boolean().optional(),
  intent: z.string().optional(),
  /** Turns in a row without an answer, and in a bad mood. */
  misses: z.int(),
  negative: z.int(),
  /** The session is with a person until it is resumed. */
  ticket: ticketSchema.optional(),
});

export type Session = z.output<typeof sessionSchema>;
export type Choice = z.output<typeof choiceSchema>;

export interface Sessions {
  /** A copy of its own; a fresh session where there is none, or where it has expired. */
  load(sessionId: string): Promise<Session>;
  /** False where somebody else has saved the session since this copy of it was loaded. */
  save(sessionId: string, session: Session): Promise<boolean>;
}

const HALF_AN_HOUR = 30 * 60_000;
/** Sessions that are kept in memory without a store: the ones used last. */
const MOST_SESSIONS = 10_000;

/** Where conversations are kept between turns. */
export function createSessions({ store = createExpiringStore(), expiresAfter = HALF_AN_HOUR, turns = 200, clock = Date.now }: SessionOptions = {}): Sessions {
  if (!(expiresAfter > 0)) throw new TaskError('invalid_input', `sessions.expiresAfter is ${expiresAfter}; it must be milliseconds above 0.`, { details: { field: 'sessions.expiresAfter' } });
  if (!Number.isInteger(turns) || turns < 1) throw new TaskError('invalid_input', `sessions.turns is ${turns}; it must be a whole number from 1.`, { details: { field: 'sessions.turns' } });

  async function read(sessionId: string): Promise<Session | undefined> {
    const value = await store.get(keyOf(sessionId));
    if (value === undefined || value === null) return undefined;
    const parsed = sessionSchema.safeParse(value);
    if (!parsed.success) {
      const message = `The store gave back something else than the session "${sessionId}"; give the desk a store of its own.`;
      throw new TaskError('invalid_input', message, { details: { sessionId, issues: parsed.error.issues.map((issue) => issue.message) } });
    }
    return parsed.data;
  }

  return {
    async load(sessionId) {
      const session = await read(sessionId);
      if (session === undefined) return createSession(0);
      // Who waits for a person waits on. A new conversation goes on with the old version, so that who still holds a copy of the old one cannot save it.
      return session.ticket !== undefined || clock() - session.updatedAt < expiresAfter ? session : createSession(session.version);
    },
    async save(sessionId, session) {
      const current = (await read(sessionId))?.version ?? 0;
      if (current !== session.version) return false;
      await store.set(keyOf(sessionId), { ...bound(session, turns), version: session.version + 1, updatedAt: clock() });
      return true;
    },
  };
}

function createSession(version: number): Session {
  return { version, updatedAt: 0, language: 'zh', turn: 0, dropped: 0, transcript: [], personal: {}, slots: {}, misses: 0, negative: 0 };
}

/** The last turns, and of the personal data what they and the slots still speak of. */
function bound(session: Session, turns: number): Session {
  const oldest = session.turn - turns + 1;
  const transcript = session.transcript.filter(({ turn }) => turn >= oldest);
  const mentioned = [...transcript.map(({ text }) => text), ...Object.values(session.slots), JSON.stringify(session.ticket ?? '')];
  return { ...session, transcript, dropped: Math.max(0, oldest - 1), personal: keepMentioned(session.personal, mentioned) };
}

function keyOf(sessionId: string): string {
  return `desk session ${sessionId}`;
}

/** As text, so that nobody shares an object with it; the least used session goes first. */
function createExpiringStore(): Store {
  const values = new Map<string, string>();
  return {
    async get(key) {
      const json = values.get(key);
      return json === undefined ? undefined : JSON.parse(json);
    },
    async set(key, value) {
      values.delete(key);
      values.set(key, JSON.stringify(value));
      const [oldest] = values.keys();
      if (values.size > MOST_SESSIONS && oldest !== undefined) values.delete(oldest);
    },
  };
}

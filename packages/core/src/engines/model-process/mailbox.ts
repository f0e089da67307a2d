/** Messages that arrive whenever they arrive, read one by one. */
export interface Mailbox<T> extends AsyncIterable<T> {
  put(message: T): void;
  /** Ends the reading with an error; messages not read yet are dropped. */
  fail(error: Error): void;
}

export function createMailbox<T>(): Mailbox<T> {
  const messages: T[] = [];
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  return {
    put(message) {
      messages.push(message);
      wake?.();
    },
    fail(error) {
      failure ??= error;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (failure !== undefined) throw failure;
        if (messages.length > 0) yield messages.shift()!;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

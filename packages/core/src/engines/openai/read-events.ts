import { createParser } from 'eventsource-parser';
import type { TaskError } from '@glm-tasks/weights';

export interface ServerEvent {
  /** The `event:` of a server-sent event. */
  name?: string | undefined;
  data: unknown;
}

export type Fail = (what: string, options?: { retryable: boolean }) => TaskError;

/** Characters one event may have. No answer of a chat model comes near it. */
const longestEvent = 1 << 25;
const tooLong = `an event came of more than ${longestEvent} characters`;

/**
 * Bytes to events. The first character tells the form, because servers answer a request for a stream with a single JSON document
 * too, and proxies with a web page: `{` is JSON (`lines`: one event a line), `<` a page, all else server-sent events.
 * What follows `[DONE]` is not read.
 *
 * @param fail makes the error for a web page, an event that is not JSON, or one beyond 32 million characters
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, form: 'lines' | 'document', fail: Fail): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let parser: EventParser | undefined;
  let beginning = '';
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true });
    if (!parser) {
      beginning = (beginning + text).trimStart();
      if (beginning === '') continue;
      parser = chooseParser(beginning[0]!, form, fail);
      text = beginning;
    }
    yield* parser.push(text);
    if (parser.done) return;
  }
  if (!parser) return;
  yield* parser.push(decoder.decode());
  yield* parser.end();
}

interface EventParser {
  push(text: string): Iterable<ServerEvent>;
  /** What the end of the body completes. */
  end(): Iterable<ServerEvent>;
  readonly done: boolean;
}

function chooseParser(first: string, form: 'lines' | 'document', fail: Fail): EventParser {
  if (first === '<') throw fail('a web page came instead of JSON (a login, a proxy, or the portal of your network?)');
  if (first !== '{') return createSseParser(fail);
  return form === 'lines' ? createLineParser(fail) : createDocumentParser(fail);
}

function createSseParser(fail: Fail): EventParser {
  let events: ServerEvent[] = [];
  let done = false;
  let failure: TaskError | undefined;
  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent({ event, data }) {
      if (done || failure || data.trim() === '') return;
      if (data.trim() === '[DONE]') {
        done = true;
        return;
      }
      try {
        events.push({ name: event, data: parseJson(data, fail) });
      } catch (error) {
        failure = error as TaskError; // thrown after the events before it have been handed on
      }
    },
    onError({ type }) {
      // Unknown fields and bad retry times are to be ignored.
      if (type === 'max-buffer-size-exceeded') failure = fail(tooLong);
    },
  });
  function* take(): Generator<ServerEvent> {
    const taken = events;
    events = [];
    yield* taken;
    if (failure) throw failure;
  }
  return {
    push(text) {
      parser.feed(text);
      return take();
    },
    end() {
      parser.feed('\n\n'); // the last event may lack its blank line
      return take();
    },
    get done() {
      return done;
    },
  };
}

/** One JSON document a line, as Ollama sends them. */
function createLineParser(fail: Fail): EventParser {
  let rest: string[] = [];
  let length = 0;
  function* push(text: string): Generator<ServerEvent> {
    const lines = text.split('\n');
    const last = lines.pop()!;
    for (const line of lines) {
      const whole = [...rest, line].join('');
      rest = [];
      length = 0;
      if (whole.trim() !== '') yield { data: parseJson(whole, fail) };
    }
    rest.push(last);
    length += last.length;
    if (length > longestEvent) throw fail(tooLong);
  }
  return { push, end: () => push('\n'), done: false };
}

function createDocumentParser(fail: Fail): EventParser {
  const pieces: string[] = [];
  let length = 0;
  return {
    push(text) {
      pieces.push(text);
      length += text.length;
      if (length > longestEvent) throw fail(tooLong);
      return [];
    },
    end: () => [{ data: parseJson(pieces.join(''), fail) }],
    done: false,
  };
}

function parseJson(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the text, which may hold a key.
    throw fail(`an event came that is not JSON: ${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)}`, { retryable: true });
  }
}

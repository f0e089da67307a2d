import { Readable, Writable } from 'node:stream';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import type { FakeEngineOptions } from '@glm-tasks/core/testing';
import type { LoadOptions, Shell } from '../command/shell.ts';

export interface FakeShell extends Shell {
  /** What was written to stdout so far. */
  output(): string;
  /** What was written to stderr so far. */
  messages(): string;
  /** Names of the models that were loaded. */
  loaded: string[];
  /** Stops the command, as Ctrl-C does. */
  interrupt(): void;
}

export interface FakeShellOptions {
  stdin?: string | Uint8Array;
  reply?: FakeEngineOptions['reply'];
  env?: Shell['env'];
  /** Makes stdin and stderr a terminal of this width. */
  columns?: number;
  onLoad?: (name: string, options: LoadOptions) => void;
}

/** A shell of buffers, and a model that answers from a function. */
export function fakeShell({ stdin = '', reply = () => 'Hello.', env = {}, columns, onLoad }: FakeShellOptions = {}): FakeShell {
  const stop = new AbortController();
  const stdout = collect();
  const stderr = collect();
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const loaded: string[] = [];
  return {
    stdin: Object.assign(Readable.from([Buffer.from(stdin)]), terminal),
    stdout: stdout.stream,
    stderr: Object.assign(stderr.stream, terminal),
    env,
    signal: stop.signal,
    async loadModel(name, options) {
      loaded.push(name);
      onLoad?.(name, options);
      return createModel(fakeEngine({ reply }));
    },
    output: stdout.text,
    messages: stderr.text,
    loaded,
    interrupt: () => stop.abort(),
  };
}

function collect(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

import type { Readable, Writable } from 'node:stream';
import type { fromPretrained, Model } from '@glm-tasks/core';
import type { LoadProgress } from '@glm-tasks/weights';

/** What a task may ask of the model it is to run on. */
export type ModelOptions = Pick<NonNullable<Parameters<typeof fromPretrained>[1]>, 'languages'>;

export interface LoadOptions extends ModelOptions {
  offline?: boolean;
  signal: AbortSignal;
  onProgress: (event: LoadProgress) => void;
}

/** All that a command may touch. main.ts gives it the real process; tests give it buffers and a fake model. */
export interface Shell {
  stdin: Readable & { isTTY?: boolean };
  /** Results only. */
  stdout: Writable;
  /** Everything else: progress, warnings, errors. */
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Record<string, string | undefined>;
  /** Aborts on Ctrl-C, on SIGTERM, and when the reader of stdout has gone. */
  signal: AbortSignal;
  loadModel(name: string, options: LoadOptions): Promise<Model>;
}

/** Whether stderr is a terminal that can redraw a line. */
export function canRedraw({ stderr, env }: Pick<Shell, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env['TERM'] !== 'dumb';
}

/** The text in red, yellow or dim where colour is wanted, else unchanged. */
export function paint(shell: Pick<Shell, 'stderr' | 'env'>, colour: keyof typeof colours, text: string): string {
  const wanted = canRedraw(shell) && !shell.env['NO_COLOR'];
  return wanted ? `\u001B[${colours[colour]}m${text}\u001B[0m` : text;
}

const colours = { red: 31, yellow: 33, dim: 2 };

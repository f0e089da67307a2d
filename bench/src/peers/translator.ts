import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nextMessage } from './open-peer.ts';

export interface Translator {
  translate(sentences: string[]): Promise<string[]>;
}

export interface TranslatorOptions {
  kind: 'glm-tasks' | 'llama.cpp';
  /** Model file or folder. */
  path: string;
  threads: number;
  /** Sentences llama.cpp translates side by side. */
  sequences: number;
}

export interface TranslatorRun {
  seconds: number;
  texts: string[];
}

const ENTRY = fileURLToPath(new URL('./translator-process.js', import.meta.url));

/** One run in a fresh process, so that nothing computed in an earlier round is found again. Loading is not timed. */
export async function runTranslator(options: TranslatorOptions, sentences: string[]): Promise<TranslatorRun> {
  const child = fork(ENTRY, [JSON.stringify(options)]);
  try {
    await nextMessage(child, options.kind); // it has loaded
    child.send(sentences);
    const reply = (await nextMessage(child, options.kind)) as { run: TranslatorRun } | { error: string };
    if ('error' in reply) throw new Error(`${options.kind}: ${reply.error}`);
    return reply.run;
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}

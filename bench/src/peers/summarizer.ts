import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { familyOf, nextMessage, readStatus } from './open-peer.ts';

/** A document summarized from the beginning to the end. */
export interface SummarizerRun {
  summary: string;
  seconds: number;
  calls: number;
  /** Of all prompts, with their template. */
  inputTokens: number;
  /** Those of them that were computed before and not again. */
  cachedTokens: number;
  outputTokens: number;
  /** The parts the document was read in. */
  chunks: string[];
}

export interface SummarizerTask {
  text: string;
  /** The parts to read it in; a summarizer that cuts for itself needs none. */
  chunks: string[];
}

export interface Summarizer {
  summarize(task: SummarizerTask): Promise<Omit<SummarizerRun, 'seconds'>>;
}

export interface SummarizerOptions {
  kind: string;
  /** Model file or folder. */
  path: string;
  threads: number;
  /** Sequences llama.cpp may run side by side. */
  sequences: number;
  /** Whether the peer is asked with our words instead of its own. */
  sameInstructions: boolean;
}

const ENTRY = fileURLToPath(new URL('./summarizer-process.js', import.meta.url));

/** One run in a fresh process, so that nothing computed in an earlier round is found again. Loading is not timed. */
export async function runSummarizer(options: SummarizerOptions, task: SummarizerTask): Promise<SummarizerRun & { peakBytes: number }> {
  const child = fork(ENTRY, [JSON.stringify(options)]);
  try {
    await nextMessage(child, options.kind); // it has loaded
    child.send(task);
    const reply = (await nextMessage(child, options.kind)) as { run: SummarizerRun } | { error: string };
    if ('error' in reply) throw new Error(`${options.kind}: ${reply.error}`);
    const peakBytes = familyOf(child.pid!).reduce((sum, pid) => sum + readStatus(pid, 'VmHWM') * 1024, 0);
    return { ...reply.run, peakBytes };
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}

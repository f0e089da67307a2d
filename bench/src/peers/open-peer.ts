import { fork, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Run } from './peer.ts';

export interface OpenPeer {
  name: string;
  streams: number;
  loadMilliseconds: number;
  run(prompts: number[][], newTokens: number): Promise<Run>;
  /** Resident bytes of the peer's process and its children. */
  residentBytes(): number;
  close(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('./peer-process.js', import.meta.url));

export async function openPeer(name: string, kind: string, path: string, threads: number): Promise<OpenPeer> {
  const child = fork(ENTRY, [kind, path, String(threads)]);
  const loaded = (await nextMessage(child, name)) as { loadMilliseconds: number; streams: number };
  return {
    name,
    ...loaded,
    async run(prompts, newTokens) {
      child.send({ prompts, newTokens });
      const reply = (await nextMessage(child, name)) as { run: Run } | { error: string };
      if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
      return reply.run;
    },
    residentBytes: () => familyOf(child.pid!).reduce((sum, pid) => sum + residentBytesOf(pid), 0),
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

export function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`${name}: its process ended with code ${code}`));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
}

export const readStatus = (pid: number, field: string): number => {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // the process has ended, or this system has no /proc: then memory is printed as 0
  }
};

const residentBytesOf = (pid: number): number => readStatus(pid, 'VmRSS') * 1024;

export function familyOf(parent: number): number[] {
  const processes = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return [parent, ...processes.filter((pid) => readStatus(pid, 'PPid') === parent)];
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what another process does; looks often, but leaves it the processor. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(2);
}

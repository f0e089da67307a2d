import type { TaskEvent } from '@glm-tasks/task';
import { canRedraw, paint } from './shell.ts';
import type { Shell } from './shell.ts';

export interface TaskProgress {
  show(event: Extract<TaskEvent<never>, { type: 'progress' }>): void;
  /** Takes the line away, so that what is printed next starts on a line of its own. */
  end(): void;
}

/** Milliseconds. */
const BETWEEN_LINES = 5_000;

/** Shows how far a task is on stderr: one redrawn line on a terminal, with the time that is left, else a line now and then. */
export function createTaskProgress(shell: Pick<Shell, 'stderr' | 'env'>): TaskProgress {
  const redraws = canRedraw(shell);
  let stage = '';
  let begun = 0;
  let drawn = false;
  let printed = -Infinity;

  return {
    show({ stage: next, done, total }) {
      if (next !== stage) {
        stage = next;
        begun = performance.now();
        printed = -Infinity;
      }
      if (!redraws) {
        // A log of hundreds of lines is read by nobody.
        if (total <= 1 || done === 0 || (done < total && performance.now() - printed < BETWEEN_LINES)) return;
        printed = performance.now();
        shell.stderr.write(`${paint(shell, 'dim', `${stage}: ${done} of ${total}`)}\n`);
        return;
      }
      const count = total > 1 ? `: ${done} of ${total}` : '';
      const left = done > 0 && done < total ? `, about ${formatSeconds(((performance.now() - begun) / done) * (total - done))} left` : '';
      shell.stderr.write(`\r\u001B[2K${paint(shell, 'dim', `${stage}${count}${left}`.slice(0, Math.max((shell.stderr.columns ?? 80) - 1, 1)))}`);
      drawn = true;
    },
    end() {
      if (drawn) shell.stderr.write('\r\u001B[2K');
      drawn = false;
    },
  };
}

function formatSeconds(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

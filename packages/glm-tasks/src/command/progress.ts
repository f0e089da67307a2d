import type { LoadProgress } from '@glm-tasks/weights';
import { canRedraw } from './shell.ts';
import type { Shell } from './shell.ts';

export interface Progress {
  show(event: LoadProgress): void;
  /** Ends the bar, so that what is printed next starts on a line of its own. */
  end(): void;
}

/** Shows loading on stderr: one redrawn line on a terminal, else a plain line a stage and a line every 10 %. */
export function createProgress(shell: Pick<Shell, 'stderr' | 'env'>): Progress {
  return canRedraw(shell) ? createBar(shell.stderr) : createLines(shell.stderr);
}

function createBar(stderr: Shell['stderr']): Progress {
  let current = '';
  let drawn = false;
  let drawnAt = 0;
  return {
    show(event) {
      if (event.message !== undefined) {
        stderr.write(`${drawn ? '\n' : ''}${event.message}\n`);
        drawn = false;
        return;
      }
      const step = stepOf(event);
      const now = performance.now();
      if (step !== current && drawn) stderr.write('\n');
      // 20 redraws a second are smooth; every event of a fast disk would be a flood.
      else if (now - drawnAt < 50 && !isComplete(event)) return;
      current = step;
      drawn = true;
      drawnAt = now;
      const width = Math.max((stderr.columns ?? 80) - 1, 1);
      stderr.write(`\r\u001B[2K${describe(event, width).slice(0, width)}`);
    },
    end() {
      if (drawn) stderr.write('\n');
      drawn = false;
      current = '';
    },
  };
}

function createLines(stderr: Shell['stderr']): Progress {
  let current = '';
  let tenth = -1;
  return {
    show(event) {
      if (event.message !== undefined) {
        stderr.write(`${event.message}\n`);
        return;
      }
      const step = stepOf(event);
      const reached = Math.floor(shareOf(event) * 10);
      if (step === current && reached <= tenth) return;
      current = step;
      tenth = reached;
      stderr.write(`${describe(event, 0)}\n`);
    },
    end() {
      current = '';
      tenth = -1;
    },
  };
}

const stepOf = ({ stage, file }: LoadProgress): string => `${stage} ${file ?? ''}`;
const isComplete = ({ bytes, total }: LoadProgress): boolean => bytes !== undefined && bytes === total;
const shareOf = ({ bytes, total }: LoadProgress): number =>
  bytes === undefined || total === undefined || total === 0 ? 0 : Math.min(bytes / total, 1);

const stageNames = {
  resolve: 'Looking up',
  fetch: 'Downloading',
  verify: 'Checking',
  place: 'Storing',
  convert: 'Converting',
  load: 'Loading',
} satisfies Record<LoadProgress['stage'], string>;

function describe(event: LoadProgress, width: number): string {
  const { stage, file, bytes, total, bytesPerSecond, secondsLeft } = event;
  const head = [stageNames[stage], file].filter(Boolean).join(' ');
  if (bytes === undefined || total === undefined || total === 0) return head;
  const figures = [
    `${Math.floor(shareOf(event) * 100)} %`,
    // Conversion counts units of work, not bytes.
    ...(stage === 'convert' ? [] : [`${formatBytes(bytes)} of ${formatBytes(total)}`]),
    ...(stage === 'convert' || bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === undefined || isComplete(event) ? [] : [`${formatSeconds(secondsLeft)} left`]),
  ].join(', ');
  const room = width - head.length - figures.length - 4;
  return room < 10 ? `${head} ${figures}` : `${head} ${drawBar(shareOf(event), Math.min(room, 30))} ${figures}`;
}

function drawBar(share: number, width: number): string {
  const full = Math.round(share * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}

/** 1,117,320,768 -> "1.12 GB". Decimal units, as disks and networks use them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

function formatSeconds(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

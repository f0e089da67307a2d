import { fromPretrained } from '@glm-tasks/core';
import { runCommand } from './run-command.ts';

const stop = new AbortController();
let signalExitCode: number | undefined;

// The first signal stops the work in good order; the second one ends the process at once.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  process.on(signal, () => {
    if (signalExitCode !== undefined) process.exit(code);
    signalExitCode = code;
    stop.abort(new Error(signal));
  });
}

// `glm-tasks … | head -1`: the reader has what it wanted, so stop quietly.
let readerGone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  readerGone = true;
  stop.abort(error);
});
process.stderr.on('error', () => {
  // nobody reads the messages; the work goes on
});

const code = await runCommand(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: stop.signal,
  loadModel: fromPretrained,
});
// Ends the process even while a piped stdin is open; what was written goes out first.
process.stdout.write('', () => process.exit(readerGone ? 0 : (signalExitCode ?? code)));

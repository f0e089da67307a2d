import type { TaskErrorCode } from '@glm-tasks/core';

/** What each failure ends the command with. */
export const exitCodes = {
  invalid_input: 2,
  model_not_found: 4,
  download_failed: 4,
  integrity_failed: 5,
  invalid_model_file: 5,
  overloaded: 6,
  upstream_failed: 6,
  timeout: 6,
  aborted: 130,
  unsupported_model: 1,
  insufficient_disk: 1,
  insufficient_memory: 1,
  engine_missing: 1,
  engine_crashed: 1,
  context_overflow: 1,
  output_invalid: 1,
} satisfies Record<TaskErrorCode, number>;

/** The command ended early, but what had been finished by then was handed out. */
export const partialExitCode = 3;

export const exitCodeHelp = `Exit codes:
  0    done
  1    failed, or (--check) something is broken
  2    wrong usage, or an input that cannot be used
  3    not complete: stopped half-way, or parts failed; what was finished is in the output
  4    the model is not here and could not be fetched
  5    a file is damaged: its hash or its content is wrong
  6    overloaded, timed out, or the server behind the model failed
  130  interrupted (Ctrl-C)
  143  terminated`;

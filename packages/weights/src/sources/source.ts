import type { ModelFile } from '../catalog.ts';
import { TaskError } from '../errors.ts';

export interface ReadRequest {
  file: ModelFile;
  /** Offset of the first byte wanted. */
  from: number;
  signal: AbortSignal;
}

/** A place that a file can be read from. */
export interface Source {
  /** For people: what and where. */
  readonly name: string;
  /** Said before the first byte is asked for, where people should know whom we ask. */
  readonly announcement?: string;
  /** Bytes of disk it needs beside the file itself. */
  readonly extraDisk?: number;
  /** Yields the file's bytes from `from` on; throws a TaskError that says why it could not. */
  read(request: ReadRequest): AsyncIterable<Uint8Array>;
}

/** The bytes before `from` belong to another version of the file: only a start from 0 can help. */
export function versionChanged(message: string): TaskError {
  return new TaskError('integrity_failed', message, { details: { otherVersion: true } });
}

export function isOtherVersion(error: unknown): boolean {
  return error instanceof TaskError && error.details['otherVersion'] === true;
}

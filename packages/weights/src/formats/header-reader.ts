import { readSync } from 'node:fs';
import { TaskError } from '../errors.ts';

const windowBytes = 1 << 20;
const longestText = 1 << 20;

/** Reads the numbers and texts at the start of a little-endian binary file, and believes none of the lengths in it. */
export interface HeaderReader {
  position(): number;
  number(type: NumberType, field: string): number;
  text(field: string): string;
  /** Moves past bytes that are not looked at now. */
  skip(bytes: number, field: string): void;
  skipText(field: string): void;
  /** Throws unless that many bytes are left: asked before anything is allocated for them. */
  expect(bytes: number, field: string): void;
  fail(field: string, problem: string): never;
}

export type NumberType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'u64' | 'i64' | 'f64';

export const numberBytes: Readonly<Record<NumberType, number>> = {
  u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, i64: 8, f64: 8,
};

export function createHeaderReader(fd: number, file: string, { bytes: fileBytes, start = 0 }: { bytes: number; start?: number }): HeaderReader {
  const window = Buffer.alloc(Math.min(windowBytes, fileBytes));
  let windowStart = start;
  let windowFilled = 0;
  let position = start;
  const decoder = new TextDecoder('utf-8', { fatal: true });

  function fail(field: string, problem: string): never {
    throw new TaskError('invalid_model_file', `${file} is not a sound GGUF file: ${field} ${problem}. Fetch the file again.`, {
      details: { file, field, position },
    });
  }

  function expect(bytes: number, field: string): void {
    if (bytes > fileBytes - position) fail(field, `needs ${bytes} bytes at ${position}, but the file ends at ${fileBytes}`);
  }

  /** Moves past the next bytes and returns where in the window they begin. */
  function take(bytes: number, field: string): number {
    expect(bytes, field);
    if (position + bytes > windowStart + windowFilled) {
      // A text is at most as long as the window, so one refill is always enough.
      windowStart = position;
      windowFilled = 0;
      const wanted = Math.min(window.length, fileBytes - position);
      while (windowFilled < wanted) {
        const count = readSync(fd, window, windowFilled, wanted - windowFilled, windowStart + windowFilled);
        if (count === 0) fail(field, 'is cut off: the file shrank while it was read');
        windowFilled += count;
      }
    }
    position += bytes;
    return position - bytes - windowStart;
  }

  function number(type: NumberType, field: string): number {
    const at = take(numberBytes[type], field);
    switch (type) {
      case 'u8': return window.readUInt8(at);
      case 'i8': return window.readInt8(at);
      case 'u16': return window.readUInt16LE(at);
      case 'i16': return window.readInt16LE(at);
      case 'u32': return window.readUInt32LE(at);
      case 'i32': return window.readInt32LE(at);
      case 'f32': return window.readFloatLE(at);
      case 'f64': return window.readDoubleLE(at);
      // Lengths are small, and there are hundreds of thousands of them: no bigint for each.
      case 'u64': return window.readUInt32LE(at + 4) === 0 ? window.readUInt32LE(at) : checkSafe(window.readBigUInt64LE(at), field);
      case 'i64': return checkSafe(window.readBigInt64LE(at), field);
    }
  }

  function checkSafe(value: bigint, field: string): number {
    const safe = Number(value);
    return Number.isSafeInteger(safe) ? safe : fail(field, `is ${value}, which is absurdly large`);
  }

  function textLength(field: string): number {
    const length = number('u64', field);
    return length > longestText ? fail(field, `is a text of ${length} bytes; at most ${longestText} are read`) : length;
  }

  function skip(bytes: number, field: string): void {
    expect(bytes, field);
    position += bytes;
  }

  function text(field: string): string {
    const length = textLength(field);
    const at = take(length, field);
    try {
      return decoder.decode(window.subarray(at, at + length));
    } catch {
      return fail(field, 'is not valid UTF-8');
    }
  }

  return { position: () => position, number, text, skip, skipText: (field) => skip(textLength(field), field), expect, fail };
}

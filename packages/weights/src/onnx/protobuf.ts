/**
 * The part of the Protocol Buffers wire format that ONNX files need. A message is the concatenation of its fields, and
 * a field is bytes, so messages are built by nesting these functions.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export type Bytes = Uint8Array;

const encoder = new TextEncoder();

export function concatenate(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function integer(field: number, value: number | bigint): Bytes {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

export function float(field: number, value: number): Bytes {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

export function bytes(field: number, value: Bytes): Bytes {
  return concatenate([Uint8Array.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
}

export function text(field: number, value: string): Bytes {
  return bytes(field, encoder.encode(value));
}

export function message(field: number, fields: readonly Bytes[]): Bytes {
  return bytes(field, concatenate(fields));
}

function varint(value: number | bigint): number[] {
  // Negative integers are written as 64-bit two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    out.push(rest === 0n ? low : low | 128);
  } while (rest !== 0n);
  return out;
}

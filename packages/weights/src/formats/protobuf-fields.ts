/** One field of a Protocol Buffers message: a number, or the bytes of a text or of a message inside. */
export interface Field {
  number: number;
  value: number | Uint8Array;
}

/**
 * Takes a message apart; what its fields mean, the reader must know. No length in it is believed.
 * Source: https://protobuf.dev/programming-guides/encoding/
 *
 * @throws RangeError for bytes that are no message
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= bytes.length) break;
      const byte = bytes[at++]!;
      // Beyond 2^53 digits are lost; no field that is read here is that large.
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`has a number without an end at byte ${at}`);
  };
  const take = (count: number): number => {
    if (count > bytes.length - at) throw new RangeError(`has a field of ${count} bytes at byte ${at}, but ends at ${bytes.length}`);
    at += count;
    return at - count;
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0: yield { number, value: varint() }; break;
      case 1: yield { number, value: view.getFloat64(take(8), true) }; break;
      case 2: {
        const length = varint();
        const start = take(length);
        yield { number, value: bytes.subarray(start, start + length) };
        break;
      }
      case 5: yield { number, value: view.getFloat32(take(4), true) }; break;
      default: throw new RangeError(`has a field of the unknown kind ${key % 8} at byte ${at}`);
    }
  }
}

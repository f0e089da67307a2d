/** How one block of a format is read as numbers. Source of the formats: `ggml-common.h` and `ggml-quants.c` of llama.cpp. */
export interface Dequantize {
  bytes: number;
  weights: number;
  read(data: Buffer, at: number, out: Float32Array): void;
}

/** By the number of the format in the file. */
export const dequantizers: Readonly<Record<number, Dequantize | undefined>> = {
  6: { bytes: 22, weights: 32, read: readQ5 },
  8: { bytes: 34, weights: 32, read: readQ8 },
  12: { bytes: 144, weights: 256, read: readQ4K },
  14: { bytes: 210, weights: 256, read: readQ6K },
};

function readQ8(data: Buffer, at: number, out: Float32Array): void {
  const scale = readHalf(data, at);
  for (let index = 0; index < 32; index++) out[index] = data.readInt8(at + 2 + index) * scale;
}

function readQ5(data: Buffer, at: number, out: Float32Array): void {
  const scale = readHalf(data, at);
  const high = data.readUInt32LE(at + 2);
  for (let index = 0; index < 16; index++) {
    const pair = data[at + 6 + index]!;
    out[index] = (((pair & 15) | (((high >>> index) & 1) << 4)) - 16) * scale;
    out[index + 16] = (((pair >> 4) | (((high >>> (index + 16)) & 1) << 4)) - 16) * scale;
  }
}

function readQ4K(data: Buffer, at: number, out: Float32Array): void {
  const scale = readHalf(data, at);
  const least = readHalf(data, at + 2);
  const packed = (index: number): number => data[at + 4 + index]!;
  for (let group = 0; group < 8; group++) {
    const [multiplier, minimum] =
      group < 4
        ? [packed(group) & 63, packed(group + 4) & 63]
        : [(packed(group + 4) & 15) | ((packed(group - 4) >> 6) << 4), (packed(group + 4) >> 4) | ((packed(group) >> 6) << 4)];
    for (let index = 0; index < 32; index++) {
      const pair = data[at + 16 + (group >> 1) * 32 + index]!;
      out[group * 32 + index] = scale * multiplier * (group % 2 === 0 ? pair & 15 : pair >> 4) - least * minimum;
    }
  }
}

function readQ6K(data: Buffer, at: number, out: Float32Array): void {
  const scale = readHalf(data, at + 208);
  for (let index = 0; index < 256; index++) {
    const [half, place] = [index >> 7, index & 127];
    const [quarter, column] = [place >> 5, place & 31];
    const low = data[at + half * 64 + (quarter % 2) * 32 + column]!;
    const high = (data[at + 128 + half * 32 + column]! >> (2 * quarter)) & 3;
    const code = (quarter < 2 ? low & 15 : low >> 4) | (high << 4);
    out[index] = scale * data.readInt8(at + 192 + (index >> 4)) * (code - 32);
  }
}

function readHalf(data: Buffer, at: number): number {
  const bits = data.readUInt16LE(at);
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const magnitude = exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer;
  /** Upper 16 bits of the external attributes: a symbolic link is 0o120777. */
  mode?: number;
  encrypted?: boolean;
  /** Lies about the unpacked size. */
  declaredSize?: number;
}

/** Writes a zip by hand, so that tests can have the kind that no honest tool would make. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = deflateRawSync(entry.content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE((entry.encrypted ? 1 : 0) | 0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(entry.content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.declaredSize ?? entry.content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const start = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, name]));
    local.push(start);
    offset += start.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}

/** A wheel with one entry and a RECORD that lists it; `more` is added as it is. */
export function makeWheel(
  { name, version, entry, content }: { name: string; version: string; entry: string; content: Buffer },
  { more = [], recorded = content }: { more?: ZipEntry[]; recorded?: Buffer | undefined } = {},
): Buffer {
  const hash = createHash('sha256').update(recorded).digest('base64url');
  const record = `${entry},sha256=${hash},${content.length}\n`;
  return makeZip([
    { name: entry, content },
    { name: `${name.replaceAll('-', '_')}-${version}.dist-info/RECORD`, content: Buffer.from(record) },
    ...more,
  ]);
}


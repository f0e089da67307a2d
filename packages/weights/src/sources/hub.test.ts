import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fakeBytes, hubSource, sha256Of } from '../testing/fake-model.ts';
import { openMirror } from '../testing/mirror.ts';
import { hubIsOffline, openHub } from './hub.ts';

const body = fakeBytes(100_000);
const file = { name: 'model.gguf', bytes: body.length, sha256: sha256Of(body), sources: [] };

/** A proxy that tunnels, and counts for whom. */
async function openProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer().on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function read(environment: NodeJS.ProcessEnv): Promise<Buffer> {
  if (hubSource.kind !== 'hub') throw new Error('a hub source is wanted');
  const hub = openHub(environment);
  onTestFinished(() => hub.close());
  const chunks: Uint8Array[] = [];
  for await (const chunk of hub.source(hubSource).read({ file, from: 0, signal: new AbortController().signal })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('the proxy of the environment is used, except where NO_PROXY says not to', async () => {
  const mirror = await openMirror(body);
  onTestFinished(() => mirror.close());
  const proxy = await openProxy();
  const environment = { HF_ENDPOINT: `${mirror.endpoint}/`, HTTP_PROXY: proxy.url };
  expect((await read(environment)).equals(body)).toBe(true);
  expect(proxy.asked).toEqual([mirror.endpoint.slice('http://'.length)]);
  expect((await read({ ...environment, NO_PROXY: '127.0.0.1' })).equals(body)).toBe(true);
  expect(proxy.asked).toHaveLength(1);
  expect(mirror.requests[0]!.url).toBe('/someone/something/resolve/main/model.gguf');
});

test.each([
  ['http://127.0.0.1:1', /cannot be reached \(ECONNREFUSED\).*HF_ENDPOINT.*HTTPS_PROXY/],
  ['http://nowhere.invalid', /cannot be reached/],
  ['ftp://x', /no http or https address/],
  ['huggingface.co', /no http or https address/],
])('an endpoint that does not work: %s', async (HF_ENDPOINT, message) => {
  await expect(read({ HF_ENDPOINT })).rejects.toMatchObject({ code: 'upstream_failed', message: expect.stringMatching(message) });
});

test('HF_HUB_OFFLINE is read as the Hub itself reads it', () => {
  expect(['1', 'true', 'YES', 'on'].map((value) => hubIsOffline({ HF_HUB_OFFLINE: value }))).toEqual([true, true, true, true]);
  expect(['', '0', 'no', undefined].map((value) => hubIsOffline({ HF_HUB_OFFLINE: value }))).toEqual([false, false, false, false]);
});

import { MockAgent } from 'undici';
import { expect, test } from 'vitest';
import { getUrl } from './http.ts';

const url = new URL('https://hub.example/file?signature=secret');

function redirectTo(location: string | undefined) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get('https://hub.example').intercept({ path: '/file?signature=secret' }).reply(302, '', { headers: location === undefined ? {} : { location } });
  const signal = new AbortController().signal;
  return getUrl(url, { headers: { authorization: 'Bearer x' }, dispatcher: agent, signal, headersTimeout: 1000 });
}

test.each([
  ['http://hub.example/file', /from https to http:\/\/hub\.example\/file; this was not followed/],
  ['file:///etc/passwd', /was not followed/],
  ['http://[', /redirects to nowhere/],
  [undefined, /redirects to nowhere/],
])('a redirect from https to %j is refused, and secrets of the query stay out of the message', async (location, message) => {
  const failure = await redirectTo(location).then(() => undefined, (error: unknown) => error);
  expect(failure).toMatchObject({ code: 'upstream_failed', message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain('secret');
});

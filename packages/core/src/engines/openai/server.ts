import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { TaskError } from '@glm-tasks/weights';
import { createLimiter, type Limiter } from './limiter.ts';
import type { Provider } from './providers.ts';

/** A server as one engine sees it. Engines with the same address and key share limiter and connections. */
export interface Server {
  readonly provider: Provider;
  readonly baseUrl: string;
  /** The address as messages may show it: a query can hold a secret. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limiter: Limiter;
  readonly dispatcher: Dispatcher;
  /** Takes keys out of a text, also where the server sent them back. */
  redact(text: string): string;
  close(): Promise<void>;
}

interface Shared {
  limiter: Limiter;
  dispatcher: Dispatcher;
  users: number;
}

const open = new Map<string, Shared>();

export function openServer({ provider, baseUrl, apiKey, slots }: { provider: Provider; baseUrl: string; apiKey: string | undefined; slots: number }): Server {
  const key = checkKey(apiKey ?? readKey(provider), provider);
  const identity = `${baseUrl}\n${key ?? ''}`;
  const shared = open.get(identity) ?? { limiter: createLimiter(), dispatcher: createDispatcher(baseUrl), users: 0 };
  shared.users++;
  shared.limiter.widen(slots);
  open.set(identity, shared);
  let closed = false;
  return {
    provider,
    baseUrl,
    shown: showUrl(baseUrl),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    limiter: shared.limiter,
    dispatcher: shared.dispatcher,
    redact: createRedactor(key, baseUrl),
    async close() {
      if (closed) return;
      closed = true;
      shared.users--;
      if (shared.users > 0) return;
      open.delete(identity);
      await shared.dispatcher.destroy();
    },
  };
}

function showUrl(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`.replace(/\/$/, '');
}

function readKey({ keyVariables }: Provider): string | undefined {
  const variable = keyVariables.find((name) => process.env[name]?.trim());
  return variable === undefined ? undefined : process.env[variable];
}

function checkKey(given: string | undefined, { label, keyVariables, keyNeeded }: Provider): string | undefined {
  const key = given?.trim();
  if (key === undefined || key === '') {
    if (!keyNeeded) return undefined;
    throw new TaskError('invalid_input', `${label} needs a key: set ${keyVariables[0]}, or pass apiKey.`, { details: { variables: [...keyVariables] } });
  }
  // A header cannot carry anything else, and the message of the HTTP client might show it.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new TaskError('invalid_input', `The key for ${label} has characters no key has; check ${keyVariables[0]} or apiKey.`);
  return key;
}

function createRedactor(key: string | undefined, baseUrl: string): (text: string) => string {
  const query = [...new URL(baseUrl).searchParams.values()];
  const secrets = [key, ...query]
    .filter((secret): secret is string => secret !== undefined && secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
  return (text) =>
    secrets
      .reduce((clean, secret) => clean.replaceAll(secret, '[key]'), text)
      // Other people's keys, and ours cut short.
      .replace(/\bBearer\s+[^\s"',}]+/gi, 'Bearer [key]')
      .replace(/\bsk-[\w*.-]{6,}/g, '[key]');
}

function createDispatcher(baseUrl: string): Dispatcher {
  const connect = { timeout: 10_000 };
  const { hostname } = new URL(baseUrl);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  // A proxy on the way to a server on this machine is never meant.
  if (isHere || !['HTTP_PROXY', 'HTTPS_PROXY'].some((name) => process.env[name] ?? process.env[name.toLowerCase()])) return new Agent({ connect });
  return new EnvHttpProxyAgent({ connect });
}

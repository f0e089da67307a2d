import { TaskError } from '@glm-tasks/weights';
import { providers, type Provider, type ProviderName } from './providers.ts';

export interface RemoteName {
  provider: ProviderName;
  /** Undefined where none is named: the server is asked, and its only one is taken. */
  model: string | undefined;
  /** Without a slash at the end; paths such as `/chat/completions` are put behind it. */
  baseUrl: string;
}

/**
 * Reads the name of a model that runs on a server. Undefined for any other name.
 *
 * `<provider>:<model>` uses the provider's usual address, or the one of its environment variable (OPENAI_BASE_URL, OLLAMA_HOST …).
 * `<provider>:<URL>#<model>` and `<URL>#<model>` say where the server is; `#<model>` may be left out where it has only one. A URL
 * without a path gets `/v1`. A bare URL is taken as an unknown OpenAI-compatible server, unless its host or port says more.
 *
 * @throws TaskError `invalid_input` for an address that is none, or that holds a password
 *
 * @example
 * parseRemoteName('zhipu:glm-4.7-flash');
 * parseRemoteName('ollama:qwen2.5:0.5b');
 * parseRemoteName('vllm:http://gpu-box:8000#Qwen/Qwen2.5-7B-Instruct');
 * parseRemoteName('http://localhost:1234/v1#my-model');
 */
export function parseRemoteName(name: string, environment: NodeJS.ProcessEnv = process.env): RemoteName | undefined {
  if (isUrl(name)) return readUrl(name, undefined);
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0)).toLowerCase();
  if (prefix === 'compatible' || !isProvider(prefix)) return undefined;
  const rest = name.slice(colon + 1).trim();
  if (isUrl(rest)) return readUrl(rest, prefix);
  return { provider: prefix, model: rest === '' ? undefined : rest, baseUrl: usualBaseUrl(prefix, environment) };
}

/** Where a provider is found when nobody names an address. */
export function usualBaseUrl(name: ProviderName, environment: NodeJS.ProcessEnv = process.env): string {
  const provider: Provider = providers[name];
  const variable = provider.baseUrlVariables.find((key) => environment[key]?.trim());
  if (variable !== undefined) return cleanBaseUrl(completeAddress(environment[variable]!.trim(), provider), name, variable);
  if (provider.baseUrl === undefined) throw new TaskError('invalid_input', 'A server without a name of its own needs its address: pass baseUrl.');
  return provider.baseUrl;
}

/** @param source what the address came from, for the message */
export function cleanBaseUrl(address: string, name: ProviderName, source = 'the address of the server'): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    const shown = address.replace(/\/\/[^/@]*@/, '//');
    throw new TaskError('invalid_input', `${source} is "${shown}", which is no http or https address; give one such as http://127.0.0.1:8000/v1.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TaskError('invalid_input', `${source} holds a user name or password; leave them out and pass apiKey, or set its environment variable.`);
  }
  const { wire }: Provider = providers[name];
  // 0.0.0.0 is where a server listens, not where it is called.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/(?:chat\/completions|api\/chat)$/, '');
  if (wire === 'ollama') url.pathname = url.pathname.replace(/\/(?:v1|api)$/, '');
  else if (url.pathname === '/') url.pathname = '/v1';
  return url.href.replace(/\/(?=$|\?)/, '');
}

function readUrl(address: string, provider: ProviderName | undefined): RemoteName {
  const hash = address.indexOf('#');
  const model = hash === -1 ? '' : decodeModel(address.slice(hash + 1));
  const place = hash === -1 ? address : address.slice(0, hash);
  const name = provider ?? providerOf(place);
  return { provider: name, model: model === '' ? undefined : model, baseUrl: cleanBaseUrl(place, name) };
}

function providerOf(address: string): ProviderName {
  if (!URL.canParse(address)) return 'compatible';
  const { hostname, port } = new URL(address);
  if (port === '11434') return 'ollama';
  const known = (Object.keys(providers) as ProviderName[]).find((name) => {
    const { hosts }: Provider = providers[name];
    return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  });
  return known ?? 'compatible';
}

/** OLLAMA_HOST is often `host`, `host:port` or `:port`. */
function completeAddress(address: string, { baseUrl }: Provider): string {
  if (address.includes('://') || baseUrl === undefined) return address;
  const url = `http://${address.startsWith(':') ? `127.0.0.1${address}` : address}`;
  if (!URL.canParse(url) || /:\d+(?:\/|$)/.test(address)) return url;
  const complete = new URL(url);
  complete.port = new URL(baseUrl).port;
  return complete.href;
}

function decodeModel(text: string): string {
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text.trim(); // a lone % is a part of the name
  }
}

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);
const isProvider = (name: string): name is ProviderName => Object.hasOwn(providers, name);

import { providers, type Provider, type ProviderName } from '../providers.ts';
import type { Script } from './script-server.ts';
import { writeAnswer, writeOverflow } from './wire-samples.ts';

const story = [...'很久以前，海边住着一只狐狸🦊。'].concat(' Once upon a time a fox lived by the sea , and it went on and on and on without an end .'.split(/(?= )/));

/** A model of few ideas behind the wire format of a provider: it keeps token limit, stop texts, seed and context, and repeats itself. */
export function replayModel(name: ProviderName, contextLength: number, write: (response: Parameters<Script>[0], text: string) => void): Script {
  const provider: Provider = providers[name];
  return (response, { path, body }) => {
    if (path.endsWith('/models')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
      return;
    }
    const options = (provider.wire === 'ollama' ? body['options'] : body) as Record<string, unknown>;
    const messages = body['messages'] as { content: string }[];
    const inputTokens = messages.reduce((sum, { content }) => sum + content.split(/\s+/).length, 0);
    if (inputTokens >= contextLength) {
      const { status, body: text } = writeOverflow(name, inputTokens, contextLength);
      response.writeHead(status, { 'content-type': status === 200 ? 'text/event-stream' : 'application/json' }).end(text);
      return;
    }
    const most = Number(options[provider.maxTokensField] ?? contextLength - inputTokens);
    const shift = options['temperature'] === 0 ? 0 : Number(options['seed'] ?? 0);
    const all = Array.from({ length: Math.min(most, contextLength - inputTokens) }, (_, index) => story[(index + shift) % story.length]!);
    const stops = (options['stop'] ?? []) as string[];
    if (stops.length > provider.stops) throw new Error('more stop texts than the server takes');
    const chosen = readChoices(body)[0];
    const { tokens, stopped } = chosen === undefined ? cutAtStop(all, stops) : { tokens: [...chosen], stopped: true };
    const answer = { tokens, finish: stopped ? 'stop' : 'length', inputTokens, cachedTokens: 1, ...(body['logprobs'] === true ? { logprobs: Number(body['top_logprobs']) } : {}) };
    response.writeHead(200, { 'content-type': provider.wire === 'ollama' ? 'application/x-ndjson' : 'text/event-stream' });
    write(response, writeAnswer[name](answer));
  };
}

function readChoices({ structured_outputs, grammar }: Record<string, unknown>): string[] {
  if (structured_outputs) return (structured_outputs as { choice: string[] }).choice;
  return (String(grammar ?? '').match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((literal) => JSON.parse(literal) as string);
}

function cutAtStop(tokens: string[], stops: string[]): { tokens: string[]; stopped: boolean } {
  const text = tokens.join('');
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  if (places.length === 0) return { tokens, stopped: false };
  let left = Math.min(...places);
  const kept: string[] = [];
  for (const token of tokens) {
    if (left <= 0) break;
    kept.push(token.slice(0, left));
    left -= token.length;
  }
  return { tokens: kept, stopped: true };
}

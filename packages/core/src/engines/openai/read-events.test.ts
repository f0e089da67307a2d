import { TaskError } from '@glm-tasks/weights';
import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './read-events.ts';

const fail = (what: string): TaskError => new TaskError('upstream_failed', what);

async function read(pieces: Uint8Array[], form: 'lines' | 'document' = 'document'): Promise<ServerEvent[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const events: ServerEvent[] = [];
  for await (const { name, data } of readEvents(chunks(), form, fail)) events.push(name === undefined ? { data } : { name, data });
  return events;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const plain = [{ data: { a: '你好🦊' } }, { data: { b: 2 } }];
const streams: [string, string, ServerEvent[]][] = [
  ['LF', 'data: {"a":"你好🦊"}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n', plain],
  ['CRLF', 'data: {"a":"你好🦊"}\r\n\r\ndata: {"b":2}\r\n\r\ndata: [DONE]\r\n\r\n', plain],
  ['CR', 'data: {"a":"你好🦊"}\r\rdata: {"b":2}\r\rdata: [DONE]\r\r', plain],
  ['mixed line ends', 'data: {"a":"你好🦊"}\r\n\ndata: {"b":2}\r\rdata: [DONE]\n\r\n', plain],
  ['a BOM', '\uFEFFdata: {"a":"你好🦊"}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n', plain],
  ['no space after data:', 'data:{"a":"你好🦊"}\n\ndata:{"b":2}\n\ndata:[DONE]\n\n', plain],
  ['data of several lines', 'data: {"a":\ndata: "你好🦊"\ndata: }\n\ndata: {"b":2}\n\n', plain],
  ['comments', ': ping\n\n:\n\ndata: {"a":"你好🦊"}\n: ping\n\n: ping\n\ndata: {"b":2}\n\n', plain],
  ['other fields', 'id: 1\nretry: 10\ndata: {"a":"你好🦊"}\n\nretry: soon\nfoo: bar\nbaz\nid: 2\ndata: {"b":2}\n\n', plain],
  ['no [DONE]', 'data: {"a":"你好🦊"}\n\ndata: {"b":2}\n\n', plain],
  ['[DONE] twice', 'data: {"a":"你好🦊"}\n\ndata: {"b":2}\n\ndata: [DONE]\n\ndata: [DONE]\n\n', plain],
  ['[DONE] early', 'data: {"a":"你好🦊"}\n\ndata: [DONE]\n\ndata: {"b":2}\n\n', plain.slice(0, 1)],
  ['no final blank line', 'data: {"a":"你好🦊"}\n\ndata: {"b":2}\n', plain],
  ['no final line end', 'data: {"a":"你好🦊"}\n\ndata: {"b":2}', plain],
  ['no final line end after CR', 'data: {"a":"你好🦊"}\r\rdata: {"b":2}\r', plain],
  ['an error event', 'event: error\ndata: {"error":{"message":"x"}}\n\n', [{ name: 'error', data: { error: { message: 'x' } } }]],
  ['empty data', 'data:\n\ndata: \n\ndata: {"b":2}\n\n', plain.slice(1)],
  ['blank lines first', '\r\n\n  \ndata: {"b":2}\n\n', plain.slice(1)],
  ['a document', ' {"choices":\n [],\n "x": "你好🦊"}', [{ data: { choices: [], x: '你好🦊' } }]],
  ['nothing', '', []],
  ['blanks only', ' \n\n ', []],
  ['garbage', '\u0000\u0001garbage\n\nmore', []],
];

describe('readEvents', () => {
  it.each(streams)('reads a stream with %s, cut at every byte', async (_name, text, events) => {
    const bytes = encode(text);
    for (let cut = 0; cut <= bytes.length; cut++) expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(events);
    expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(events);
  });

  it('reads lines of JSON, cut at every byte', async () => {
    const bytes = encode('{"a":"你好🦊"}\n\r\n{"b":2}');
    for (let cut = 0; cut <= bytes.length; cut++) expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)], 'lines')).toEqual(plain);
    expect(await read([...bytes].map((byte) => Uint8Array.of(byte)), 'lines')).toEqual(plain);
  });

  it('reads a line of 5 MB in small pieces', async () => {
    const text = 'x'.repeat(5_000_000);
    const bytes = encode(`data: ${JSON.stringify({ text })}\n\n`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, index) => bytes.subarray(index * 4096, (index + 1) * 4096));
    const events = await read(pieces);
    expect(events).toHaveLength(1);
    expect((events[0]!.data as { text: string }).text.length).toBe(text.length);
  });

  it('does not wait for the end of a body after [DONE]', async () => {
    async function* open(): AsyncGenerator<Uint8Array> {
      yield encode('data: {"b":2}\n\ndata: [DONE]\n\n');
      await new Promise(() => {});
    }
    const events: unknown[] = [];
    for await (const { data } of readEvents(open(), 'document', fail)) events.push(data);
    expect(events).toEqual([{ b: 2 }]);
  });

  it('gives up a line without end', async () => {
    const megabyte = encode('x'.repeat(1 << 20));
    await expect(read([encode('data: '), ...Array.from({ length: 33 }, () => megabyte)])).rejects.toThrow(/more than 33554432 characters/);
    await expect(read([encode('{'), ...Array.from({ length: 33 }, () => megabyte)], 'lines')).rejects.toThrow(/more than/);
  });

  it('hands on what came before an event that is not JSON', async () => {
    const seen: unknown[] = [];
    const run = async () => {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield encode('data: {"b":2}\n\ndata: {"b":\n\n');
      }
      for await (const event of readEvents(chunks(), 'document', fail)) seen.push(event.data);
    };
    await expect(run()).rejects.toThrow(/not JSON: "{\\"b\\":"/);
    expect(seen).toEqual([{ b: 2 }]);
  });

  it.each(['<!DOCTYPE html><p>Log in', '\n <html>'])('tells a web page: %j', async (page) => {
    await expect(read([encode(page)])).rejects.toThrow(/a web page/);
  });
});

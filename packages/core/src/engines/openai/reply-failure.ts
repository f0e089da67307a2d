import { TaskError, type TaskErrorCode } from '@glm-tasks/weights';
import type { GenerateRequest } from '../../engine.ts';
import { readComplaint, type Complaint } from './read-complaint.ts';
import { readRetryAfter } from './retry-after.ts';
import type { Server } from './server.ts';

export interface Asked {
  server: Server;
  model: string;
  body: Record<string, unknown>;
  json?: GenerateRequest['json'];
}

const overflow =
  /context[ _]?(?:length|size|window)|exceed_context|longer than the (?:model|maximum)|prompt (?:is )?(?:too long|exceeds)|input length|too many (?:input )?tokens|超长|上下文长度/i;
const unknownModel =
  /model.{0,80}(?:not (?:be )?(?:found|exist)|does ?n[o']t exist|unknown|no such)|(?:unknown|invalid|no such) model|模型不存在|model_not_found/is;
const unpaid = /insufficient[_ ](?:quota|balance)|exceeded your current quota|arrear|余额|欠费|payment required/i;
const filtered = /content[_ ]?(?:filter|policy)|inspection|sensitive|不安全|敏感/i;
const jsonFields = /response_format|json_schema|json_object|structured[_ ]output|guided|grammar|schema|\bformat\b/i;
const refusal =
  /unsupported|unrecogni[sz]ed|not (?:supported|permitted|allowed)|does ?n[o']t support|unknown|unexpected|extra|deprecated|only the default|must be set to|cannot be specified/i;

/** Says what to check when a server answered, but not with an answer. */
export function replyFailure(status: number, headers: Record<string, string | undefined>, text: string, asked: Asked): TaskError {
  const page = text.trimStart().startsWith('<') || /\bhtml\b/.test(headers['content-type'] ?? '');
  const complaint = page ? undefined : readComplaint(parse(text));
  const { server } = asked;
  const said = page ? 'a web page' : quote(server, complaint?.message ?? text);
  const details = { status, ...readWait(headers) };
  const fail = (code: TaskErrorCode, message: string, more: { retryable?: boolean; details?: Record<string, unknown> } = {}) =>
    new TaskError(code, message, { retryable: more.retryable ?? false, details: { ...details, ...more.details } });
  const answered = `${server.shown} answered ${status}`;

  if (status >= 300 && status < 400) {
    const target = headers['location'];
    const where = target === undefined ? 'nowhere' : quote(server, target);
    return fail('upstream_failed', `${answered} and points to ${where}; requests with a key are not sent on, so use that address itself.`);
  }
  if (status === 404 && !(complaint && unknownModel.test(`${complaint.message} ${complaint.code}`))) {
    return fail('upstream_failed', `${answered} (not found: ${said}); check the base URL, which usually ends in /v1.`);
  }
  if (status === 405 || (page && status < 500)) {
    return fail('upstream_failed', `${answered} with ${said}; check the base URL, which usually ends in /v1, and whether a login or a proxy stands between.`);
  }
  if (complaint) return complaintFailure(complaint, asked, { status, headers });
  if (status === 401 || status === 403) return fail('upstream_failed', keyRefused(server, status, said));
  if (isBusy(status)) return fail('overloaded', `${answered} (${said || 'too many requests'}); try again later, or use fewer slots.`, { retryable: true });
  const retryable = headers['x-should-retry'] === 'true' || ((status === 408 || status >= 500) && headers['x-should-retry'] !== 'false');
  return fail('upstream_failed', `${answered}: ${said || 'nothing more'}.`, { retryable });
}

/** The same for an error inside a stream, where there is no status. */
export function complaintFailure(complaint: Complaint, asked: Asked, reply: { status?: number; headers?: Record<string, string | undefined> } = {}): TaskError {
  const { server, model } = asked;
  const { code, type, param } = complaint;
  const headers = reply.headers ?? {};
  const status = reply.status ?? (/^[45]\d\d$/.test(code) ? Number(code) : 0);
  const words = `${complaint.message} ${code} ${type}`;
  const said = quote(server, complaint.message);
  const details = { ...(status ? { status } : {}), ...(code === '' ? {} : { code: quote(server, code) }), ...readWait(headers) };
  const fail = (errorCode: TaskErrorCode, message: string, more: { retryable?: boolean; details?: Record<string, unknown> } = {}) =>
    new TaskError(errorCode, message, { retryable: more.retryable ?? false, details: { ...details, ...more.details } });
  const ours = status < 500 && ![401, 403, 429].includes(status);

  if (unpaid.test(words) || status === 402 || code === '1113') {
    return fail('upstream_failed', `${server.provider.label} wants to be paid: ${said}; check your balance there.`);
  }
  // An overflow is a 500 on some servers; a rate limit in tokens is a 429 and none.
  if (status !== 429 && (overflow.test(words) || code === '1261')) {
    const { contextLength } = complaint;
    const message = `The prompt does not fit the context of "${model}" at ${server.shown}: ${said}. Shorten it, or ask for fewer tokens.`;
    return fail('context_overflow', message, { details: contextLength === undefined ? {} : { contextLength } });
  }
  if (asked.json && ![401, 403, 404, 429].includes(status) && jsonFields.test(`${words} ${param}`)) {
    const { rung } = asked.json;
    const what = rung === 'json-mode' ? 'JSON mode' : 'the JSON Schema';
    return fail('upstream_failed', `${server.shown} refuses ${what} with "${model}": ${said}.`, { details: { unsupported: rung } });
  }
  if (ours && (unknownModel.test(words) || code === '1211')) return fail('model_not_found', `${server.shown} has no model "${model}": ${said}.`);
  if (ours && filtered.test(words)) {
    return fail('upstream_failed', `${server.provider.label} refuses this content: ${said}.`, { details: { finishReason: 'content_filter' } });
  }
  const field = ours ? findRefusedField(complaint, asked.body) : undefined;
  if (field !== undefined) return fail('upstream_failed', `${server.shown} refuses "${field}": ${said}.`, { details: { refusedField: field } });
  if (status === 401 || status === 403) return fail('upstream_failed', keyRefused(server, status, said));
  if (isBusy(status) || /rate.?limit|overloaded|too many requests/i.test(words)) {
    return fail('overloaded', `${server.shown} is too busy${status ? ` (${status})` : ''}: ${said}. Try again later, or use fewer slots.`, { retryable: true });
  }
  const worthAnother = status === 408 || status >= 500 || (status === 0 && /internal|server_error|timeout|unavailable/i.test(words));
  const retryable = headers['x-should-retry'] === 'true' || (worthAnother && headers['x-should-retry'] !== 'false');
  return fail('upstream_failed', `${server.shown} answered${status ? ` ${status}` : ' with an error'}: ${said}.`, { retryable });
}

/** Errors can be books; what is shown is redacted before it is cut, or half a key would be left. */
export function quote(server: Server, text: string): string {
  const clean = server.redact(text).replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}

const needed = new Set(['model', 'messages', 'stream', 'response_format', 'format', 'options', 'grammar', 'structured_outputs']);

/** The optional field of ours that the server does not take. A plain word must be quoted: "stop" alone may mean anything. */
function findRefusedField({ message, param, code }: Complaint, body: Record<string, unknown>): string | undefined {
  if (!refusal.test(`${message} ${code}`)) return undefined;
  const optional = Object.keys(body).filter((field) => !needed.has(field));
  const isNamed = (field: string) => new RegExp(field.includes('_') ? `\\b${field}\\b` : `['"\`]${field}['"\`]`).test(message);
  return optional.find((field) => field === param) ?? optional.find(isNamed);
}

function keyRefused({ shown, provider }: Server, status: number, said: string): string {
  return `${shown} refuses the key (${status}: ${said || 'no reason given'}); check ${provider.keyVariables[0]} or apiKey, and that the key may use this model.`;
}

function isBusy(status: number): boolean {
  return status === 429 || status === 503 || status === 529;
}

function readWait(headers: Record<string, string | undefined>): { retryAfter?: number } {
  const retryAfter = readRetryAfter(headers);
  return retryAfter === undefined ? {} : { retryAfter };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // plain text is quoted as it is
  }
}

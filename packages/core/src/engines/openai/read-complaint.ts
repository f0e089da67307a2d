import { asRecord } from './read-chunk.ts';

/** An error as servers write it. */
export interface Complaint {
  message: string;
  code: string;
  type: string;
  /** The field of the request it is about. */
  param: string;
  /** Tokens the context holds, where the server says so. */
  contextLength?: number;
}

/** Finds the error in a reply or an event, in any of the shapes they come in; undefined where there is none. */
export function readComplaint(data: unknown): Complaint | undefined {
  const body = asRecord(data);
  const { error, detail, choices, message } = body;
  if (typeof error === 'string' && error !== '') return complain({ message: error }); // Ollama
  if (Object.keys(asRecord(error)).length > 0) return complain(asRecord(error)); // OpenAI and most others
  if (typeof detail === 'string') return complain({ message: detail }); // FastAPI
  if (Array.isArray(detail)) {
    const { loc, msg } = asRecord(detail[0]);
    return complain({ message: msg, param: Array.isArray(loc) ? loc.filter((step) => step !== 'body')[0] : undefined });
  }
  const isError = body['object'] === 'error' || body['success'] === false || (choices === undefined && body['code'] !== undefined);
  const words = typeof message === 'string' ? message : body['msg'];
  return isError && typeof words === 'string' ? complain({ ...body, message: words }) : undefined;
}

function complain(error: Record<string, unknown>): Complaint {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const message = text(error['message'] ?? error['msg']) || JSON.stringify(error).slice(0, 300);
  const named = /(?:maximum|available|model'?s)[^.\d]{0,40}(?:length|size)[^.\d]{0,12}(\d+)/i.exec(message)?.[1];
  const counted = typeof error['n_ctx'] === 'number' ? error['n_ctx'] : Number(named);
  return {
    message,
    code: text(error['code']),
    type: text(error['type']),
    param: text(error['param']),
    ...(Number.isSafeInteger(counted) ? { contextLength: counted } : {}),
  };
}

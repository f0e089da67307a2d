import { TaskError, isTaskError } from '@glm-tasks/weights';
import type { Server } from './server.ts';

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|HOSTNAME_MISMATCH|ALTNAME/;

/** Says what to check when no answer came, or only half of one. */
export function networkFailure(error: unknown, { shown, redact }: Server, signal: AbortSignal): TaskError {
  if (signal.aborted && isTaskError(signal.reason)) return signal.reason;
  if (isTaskError(error)) return error;
  const { code, message } = readError(error);
  const said = redact(message).slice(0, 200);
  const fail = (text: string, retryable: boolean, errorCode: 'upstream_failed' | 'timeout' = 'upstream_failed') =>
    // Not the error itself: the HTTP client's may carry bytes of the reply, and with them a key.
    new TaskError(errorCode, text, { retryable, details: { cause: code || said }, cause: new Error(said) });
  switch (code) {
    case 'ECONNREFUSED':
      return fail(`Nothing listens at ${shown} (${code}); start the server, or check its address and port (and HTTPS_PROXY where it is set).`, true);
    case 'ENOTFOUND':
      return fail(`The host of ${shown} is not known (${code}); check the address and your network.`, false);
    case 'EAI_AGAIN':
      return fail(`The host of ${shown} cannot be looked up now (${code}); check your network or name server.`, true);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return fail(`${shown} cannot be reached from here (${code}); check your network, and HTTPS_PROXY if you need a proxy.`, true);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return fail(
        `${shown} did not take the connection in time (${code}); check the address, your network, and HTTPS_PROXY if you need a proxy.`,
        true,
        'timeout',
      );
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return fail(`${shown} does not speak https (${code}); try http://, or check the port.`, false);
    default:
  }
  if (certificateCodes.test(code)) {
    return fail(`The certificate of ${shown} is not trusted (${code}); if it is your own, name its authority in NODE_EXTRA_CA_CERTS.`, false);
  }
  if (code.startsWith('HPE_') || /HTTP\/1\.1 protocol/.test(message)) return fail(`${shown} does not speak HTTP (${code || said}); check the port, and whether it wants https.`, false);
  return fail(`The connection to ${shown} broke (${code || said}).`, true);
}

/** The code may lie in the cause, or in the first of several attempts. */
function readError(error: unknown): { code: string; message: string } {
  for (let at = error as Partial<NodeJS.ErrnoException & AggregateError> | undefined; at; at = (at.cause ?? at.errors?.[0]) as typeof at) {
    if (typeof at.code === 'string') return { code: at.code, message: at.message ?? '' };
  }
  return { code: '', message: error instanceof Error ? error.message : String(error) };
}

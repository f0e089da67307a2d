// node examples/server/fastify.js, then: curl -N -H 'content-type: text/plain' --data-binary @long.txt localhost:3000/summaries
import { Readable } from 'node:stream';
import { fastify } from 'fastify';
import { fromPretrained, isTaskError, summarize } from 'glm-tasks';

const model = await fromPretrained('small');
const server = fastify({ bodyLimit: 10_000_000 });

server.post('/summaries', { schema: { body: { type: 'string' } } }, (request, reply) => {
  const stop = new AbortController();
  reply.raw.once('close', () => stop.abort()); // the client has all of it, or has left
  reply.type('application/x-ndjson').send(Readable.from(summarizeInLines(String(request.body), stop.signal)));
});

/** Every event of the run as a line of JSON: progress, text, and the result or what went wrong. */
async function* summarizeInLines(/** @type {string} */ text, /** @type {AbortSignal} */ signal) {
  try {
    for await (const event of summarize.stream({ text }, { model, signal })) yield `${JSON.stringify(event)}\n`;
  } catch (error) {
    if (!isTaskError(error)) throw error;
    yield `${JSON.stringify({ type: 'error', code: error.code, message: error.message })}\n`;
  } finally {
    console.log(signal.aborted ? 'stopped: the client left' : 'answered');
  }
}

console.log(`listening on ${await server.listen({ port: Number(process.env.PORT ?? 3000) })}`);
process.once('SIGTERM', () => server.close().then(() => model.dispose()));

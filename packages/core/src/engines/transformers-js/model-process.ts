import { TaskError } from '@glm-tasks/weights';
import { embedTexts } from '../embed-texts.ts';
import type { Reply, Work } from '../model-process/protocol.ts';
import { serveModel } from '../model-process/serve-model.ts';
import { explainLoadError, loadModel, type LoadedModel } from './load-model.ts';
import { encodeText } from './prompt-tokens.ts';
import type { ModelOptions, ModelTask } from './protocol.ts';
import { createReader } from './read-answer.ts';
import { createRequests, type Requests } from './run-request.ts';
import { createTextEncoder } from './text-encoder.ts';
import { createTokenLoop } from './token-loop.ts';
import { createTranslationLoop, encodeSource } from './translation-loop.ts';

type Answer = (work: Work, interrupted: () => boolean) => AsyncIterable<Reply>;

const tasks: Record<ModelTask, (loaded: LoadedModel) => Answer> = {
  generate: (loaded) => write(createRequests(loaded, createTokenLoop(loaded))),
  rewrite: (loaded) => write(createRequests(loaded, createTranslationLoop(loaded), { encode: (prompt) => encodeSource(loaded, prompt), promptIsWritten: false })),
  embed(loaded) {
    const encoder = createTextEncoder(loaded);
    return async function* (work, interrupted) {
      if (work.type !== 'embed') throw cannot(work);
      yield { type: 'vectors', vectors: await embedTexts(encoder, work.texts, interrupted) };
    };
  },
  read(loaded) {
    const readAnswer = createReader(loaded);
    return async function* (work, interrupted) {
      if (work.type !== 'answer') throw cannot(work);
      yield { type: 'answer', answer: await readAnswer(work.question, work.text, interrupted) };
    };
  },
};

function write(requests: Requests): Answer {
  return async function* (work, interrupted) {
    if (work.type === 'generate') yield* requests.generate(work.request, interrupted);
    else if (work.type === 'score') yield { type: 'scores', scores: await requests.score(work.prompt, work.continuations, interrupted) };
    else throw cannot(work);
  };
}

const cannot = ({ type }: Work): TaskError => new TaskError('invalid_input', `This model was not made to ${type}.`);

serveModel<ModelOptions>(
  async (options, onProgress) => {
    const loaded = await loadModel(options, onProgress);
    const { task, name, contextLength, tokenizer } = loaded;
    const answer = tasks[task](loaded);
    return {
      ready: { name, contextLength, embeds: task === 'embed' },
      async *answer(work, interrupted) {
        if (work.type === 'count') yield { type: 'counts', counts: work.texts.map((text) => encodeText(tokenizer, text).length) };
        else yield* answer(work, interrupted);
      },
    };
  },
  (error, { source }) => explainLoadError(error, source),
);

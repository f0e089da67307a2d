import { stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { TaskError } from '@glm-tasks/core';
import { glob, isDynamicPattern } from 'tinyglobby';

export interface FoundFile {
  /** Undefined for standard input. */
  path: string | undefined;
  /** Where it stands below the folder or pattern that it was found by. */
  below: string;
  /** Whether the user typed its name: then it must be usable. */
  isNamed: boolean;
}

export interface FoundFiles {
  files: FoundFile[];
  /** Whether there may be several: by what was typed, not by what was found. */
  isMany: boolean;
  /** Files of folders that no task takes. */
  passedOver: string[];
}

/** Endings of what `readDocument` reads. */
const documentEndings: readonly string[] = ['txt', 'text', 'md', 'markdown', 'html', 'htm', 'xhtml', 'srt', 'vtt'];

/** Their texts are for programs; whoever means one can name it. */
const configuration = /^(?:package(?:-lock)?|composer|[jt]sconfig[\w.-]*|manifest|turbo|lerna|vercel|renovate|docker-compose[\w.-]*|pnpm-[\w-]+|mkdocs|_config|[\w.-]+\.(?:config|schema|lock))\.(?:json|ya?ml)$/i;

/**
 * The files behind names, folders and patterns (`docs/**\/*.md`), each once, in the order of what was typed and then by name. Of a folder
 * only files with known endings, at any depth, but nothing hidden, no node_modules and no configuration (package.json); and never what stands in `except`, where results go.
 */
export async function findFiles(typed: readonly string[], { endings = documentEndings, except }: { endings?: readonly string[] | undefined; except?: string | undefined }): Promise<FoundFiles> {
  const found: FoundFile[] = [];
  const passedOver: string[] = [];
  let isMany = typed.length > 1;
  for (const each of typed) {
    const kind = each === '-' ? undefined : await kindOf(each);
    if (kind === undefined) found.push({ path: each === '-' ? undefined : each, below: baseOf(each), isNamed: true });
    else {
      isMany = true;
      const [folder, pattern] = kind === 'folder' ? [each, '**/*'] : cutPattern(each);
      const names = (await glob(pattern, { cwd: folder || '.', ignore: '**/node_modules/**', expandDirectories: false, followSymbolicLinks: false })).toSorted();
      const inside = names.filter((name) => except === undefined || !isBelow(join(folder, name), except));
      const taken = kind === 'folder' ? inside.filter((name) => endings.includes(extname(name).slice(1).toLowerCase()) && !configuration.test(basename(name))) : inside;
      if (taken.length === 0) throw noFile(each, kind, endings);
      found.push(...taken.map((name) => ({ path: join(folder, name), below: name.split('/').join(sep), isNamed: false })));
      passedOver.push(...inside.filter((name) => !taken.includes(name)).map((name) => join(folder, name)));
    }
  }
  const places = found.map(({ path }) => path === undefined ? '' : resolve(path));
  return { files: found.filter((_, index) => places.indexOf(places[index] ?? '') === index), isMany, passedOver };
}

async function kindOf(typed: string): Promise<'folder' | 'pattern' | undefined> {
  const stats = await stat(typed).catch(() => undefined);
  if (stats) return stats.isDirectory() ? 'folder' : undefined;
  // A name without wildcards that is not there is left to the reader, which says so.
  return isDynamicPattern(typed) ? 'pattern' : undefined;
}

/** The folder in front of the first wildcard, and the rest. */
function cutPattern(pattern: string): [folder: string, rest: string] {
  const parts = (sep === '/' ? pattern : pattern.replaceAll(sep, '/')).split('/');
  const first = parts.findIndex((part) => isDynamicPattern(part));
  const folder = parts.slice(0, first).join('/');
  return [isAbsolute(pattern) && folder === '' ? '/' : folder, parts.slice(first).join('/')];
}

function baseOf(path: string): string {
  const below = relative('.', path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? basename(path) : below;
}

function isBelow(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}

function noFile(typed: string, kind: 'folder' | 'pattern', endings: readonly string[]): TaskError {
  const message = kind === 'folder' ? `The folder "${typed}" has no file in it that can be used here (${endings.map((ending) => `.${ending}`).join(' ')}).` : `No file matches "${typed}".`;
  return new TaskError('invalid_input', message, { details: { path: typed } });
}

import type { GrammarCompiler, GrammarMatcher, TokenizerInfo } from '@mlc-ai/web-xgrammar';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { compileFunction, constants } from 'node:vm';

/** The part that is used here. */
export interface GrammarLibrary {
  GrammarCompiler: typeof GrammarCompiler;
  GrammarMatcher: typeof GrammarMatcher;
  TokenizerInfo: typeof TokenizerInfo;
}

/**
 * Loads a fresh instance of XGrammar, with its own memory. The package calls itself an ES module and ships a script for
 * CommonJS, so Node can neither import nor require it; it is given what a CommonJS script expects.
 */
export async function loadGrammarLibrary(): Promise<GrammarLibrary> {
  const path = createRequire(import.meta.url).resolve('@mlc-ai/web-xgrammar');
  const run = compileFunction(await readFile(path, 'utf8'), ['exports', 'module', 'require', '__filename'], {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (exports: object, module: object, require: NodeJS.Require, filename: string) => void;
  const exports = {};
  run(exports, { exports }, createRequire(path), path);
  return exports as GrammarLibrary;
}

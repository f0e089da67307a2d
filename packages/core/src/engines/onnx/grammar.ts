import type { CompiledGrammar, GrammarCompiler, GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { TaskError } from '@glm-tasks/weights';
import type { JsonSchema } from '../../engine.ts';
import type { Constraint } from './constraint.ts';
import { loadGrammarLibrary, type GrammarLibrary } from './grammar-library.ts';
import { narrowSchema } from './narrow-schema.ts';
import type { TokenBytes } from './token-bytes.ts';
import { createValueLimits, type LimitState, type ValueLimits } from './value-limits.ts';

export interface Grammars {
  /**
   * A constraint that holds one output to a schema, as compact JSON with its keys in the order of the schema.
   *
   * @throws TaskError `invalid_input` for a schema that no JSON can be held to
   */
  hold(schema: JsonSchema): Promise<{ constraint: Constraint; warnings: string[] }>;
}

interface Library {
  library: GrammarLibrary;
  compiler: GrammarCompiler;
  lengths: Uint8Array;
}

// A compiled schema takes megabytes.
const MOST_COMPILED = 32;

/** Compiles schemas with XGrammar (Dong et al. 2024, arXiv:2411.15100) and keeps the ones used last. */
export function createGrammars(bytes: TokenBytes, eosTokenIds: readonly number[]): Grammars {
  let opened: Promise<Library> | undefined;
  // The last entry is the most recently used.
  const compiled = new Map<string, CompiledGrammar>();

  async function open(): Promise<Library> {
    const library = await loadGrammarLibrary();
    const tokens = bytes.listTokens();
    const info = await library.TokenizerInfo.createTokenizerInfo(tokens, 'byte_level', false, tokens.length, [...eosTokenIds]);
    return { library, compiler: await library.GrammarCompiler.createGrammarCompiler(info, false), lengths: measureTokens(bytes, tokens.length) };
  }

  async function compile(schema: string): Promise<CompiledGrammar> {
    opened ??= open();
    const { compiler } = await opened;
    try {
      return await compiler.compileJSONSchema(schema, false, -1, [',', ':'], true);
    } catch (cause) {
      // The library aborts in the middle of its work, and its memory is what it was then.
      opened = undefined;
      compiled.clear();
      throw new TaskError('invalid_input', `The schema cannot be turned into a grammar: XGrammar gave up on ${schema.slice(0, 200)}. Use a simpler schema.`, { cause, details: { field: 'json.schema' } });
    }
  }

  async function find(schema: string): Promise<CompiledGrammar> {
    const grammar = compiled.get(schema) ?? (await compile(schema));
    compiled.delete(schema);
    compiled.set(schema, grammar);
    const [oldest] = compiled;
    if (compiled.size > MOST_COMPILED && oldest !== undefined) {
      compiled.delete(oldest[0]);
      oldest[1].dispose();
    }
    return grammar;
  }

  async function hold(schema: JsonSchema): Promise<{ constraint: Constraint; warnings: string[] }> {
    const { grammar, limits, warnings } = narrowSchema(schema);
    const closes = grammar['type'] === 'object' || grammar['type'] === 'array';
    const compiledGrammar = await find(JSON.stringify(grammar));
    const { library, lengths } = await opened!;
    const matcher = await library.GrammarMatcher.createGrammarMatcher(compiledGrammar, undefined, closes);
    return { constraint: createConstraint({ matcher, limits: createValueLimits(limits), bytes, lengths, eosTokenIds }), warnings };
  }

  // One after the other, so that no schema is dropped between its compilation and its use.
  let last: Promise<unknown> = Promise.resolve();
  return {
    hold(schema) {
      const held = last.then(() => hold(schema));
      last = held.catch(() => {});
      return held;
    },
  };
}

interface ConstraintParts {
  matcher: GrammarMatcher;
  limits: ValueLimits;
  bytes: TokenBytes;
  lengths: Uint8Array;
  eosTokenIds: readonly number[];
}

const COMMA = Uint8Array.of(0x2c);

function createConstraint({ matcher, limits, bytes, lengths, eosTokenIds }: ConstraintParts): Constraint {
  // A bit a token.
  let mask: Int32Array = new Int32Array(0);
  let known = false;
  let state = limits.start;
  const isSet = (token: number): boolean => ((mask[token >>> 5]! >>> (token & 31)) & 1) === 1;
  // A number at the top ends where the text does, as it would before a comma.
  const advance = (token: number): LimitState => limits.advance(state, eosTokenIds.includes(token) ? COMMA : bytes.readBytes(token));

  return {
    async prepare() {
      if (!known) mask = await matcher.getNextTokenBitmask();
      known = true;
    },
    allows: (token) => isSet(token) && !advance(token).broken,
    restrict(logits) {
      for (let word = 0; word < mask.length; word++) {
        const bits = mask[word]!;
        if (bits === -1) continue;
        const start = word << 5;
        if (bits === 0) logits.fill(-Infinity, start, start + 32);
        else for (let bit = 0; bit < 32; bit++) if (((bits >>> bit) & 1) === 0) logits[start + bit] = -Infinity;
      }
      const room = state.mode === 'string' && state.escape === 0 ? state.most - state.length : Infinity;
      if (room > LONGEST) return;
      for (let token = 0; token < lengths.length; token++) if (lengths[token]! > room) logits[token] = -Infinity;
    },
    accept(token) {
      state = advance(token);
      known = false;
      if (!matcher.acceptToken(token)) throw new Error(`the grammar refused token ${token}`);
      return matcher.isTerminated();
    },
    dispose: () => matcher.dispose(),
  };
}

const LONGEST = 255;

/** How many UTF-16 units each token adds to a string; 0 for those with quotes and escapes, which must be looked at. */
function measureTokens(bytes: TokenBytes, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, token) => {
    let length = 0;
    for (const byte of bytes.readBytes(token)) {
      if (byte === 0x22 || byte === 0x5c) return 0;
      length += (byte & 0xc0) === 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
    }
    return Math.min(length, LONGEST);
  });
}

import type { GbnfJsonConstSchema, LlamaGrammar } from 'node-llama-cpp';
import type { GenerateRequest } from '../../engine.ts';
import { toGrammarSchema } from './json-grammar.ts';
import type { OpenedModel } from './open-llama.ts';

type Constrained = Pick<GenerateRequest, 'choices' | 'json'>;

const MOST_KEPT = 64;

/** Finds the grammar a request is held to; each is made once. */
export function createGrammars({ llama }: Pick<OpenedModel, 'llama'>): (request: Constrained) => Promise<LlamaGrammar | undefined> {
  const made = new Map<string, Promise<LlamaGrammar>>();

  function remember(key: string, make: () => Promise<LlamaGrammar>): Promise<LlamaGrammar> {
    const grammar = made.get(key) ?? make();
    made.delete(key);
    made.set(key, grammar);
    if (made.size > MOST_KEPT) made.delete(made.keys().next().value!);
    return grammar;
  }

  return async ({ choices, json }) => {
    if (choices !== undefined) return remember(`choices ${JSON.stringify(choices)}`, () => llama.createGrammar({ grammar: writeChoices(choices) }));
    if (json === undefined) return undefined;
    const schema = toGrammarSchema(json.schema);
    // The bindings derive the type of the object from the type of the schema, which a schema that is data does not have.
    return remember(`json ${JSON.stringify(schema)}`, () => llama.createGrammarForJsonSchema(schema as GbnfJsonConstSchema));
  };
}

/** GBNF, the grammar notation of llama.cpp. */
function writeChoices(choices: readonly string[]): string {
  return `root ::= ${choices.map((choice) => `"${choice.replace(/[\\"\p{Cc}]/gu, escapeCharacter)}"`).join(' | ')}`;
}

function escapeCharacter(character: string): string {
  return character === '\\' || character === '"' ? `\\${character}` : `\\x${character.codePointAt(0)!.toString(16).padStart(2, '0')}`;
}

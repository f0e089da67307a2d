import { TaskError } from '../errors.ts';

/** The numbers that tell one encoder from another. */
export interface EncoderShape {
  family: EncoderFamily;
  layers: number;
  hidden: number;
  heads: number;
  vocabularySize: number;
  /** Row of the position table that the first token takes: RoBERTa leaves the first rows to padding. */
  firstPosition: number;
  /** Tokens of a text at most, special ones included. */
  contextLength: number;
  normalisationEpsilon: number;
  activation: 'gelu' | 'tanh-gelu' | 'relu';
  /** How the vectors of tokens become the vector of a text. */
  pooling: 'mean' | 'first';
}

const encoderFamilies = ['bert', 'roberta', 'xlm-roberta', 'camembert'] as const;
export type EncoderFamily = (typeof encoderFamilies)[number];

const activations: Readonly<Record<string, EncoderShape['activation']>> = {
  gelu: 'gelu', gelu_new: 'tanh-gelu', gelu_fast: 'tanh-gelu', gelu_pytorch_tanh: 'tanh-gelu', relu: 'relu',
};

type Config = Readonly<Record<string, unknown>>;

export function isEncoderFamily(modelType: unknown): modelType is EncoderFamily {
  return (encoderFamilies as readonly unknown[]).includes(modelType);
}

/**
 * @param config `config.json`
 * @param pooling `1_Pooling/config.json` of a sentence-transformers repository; without one the mean is taken
 * @param sentences `sentence_bert_config.json`, which tells how long the texts were in training
 * @throws TaskError `invalid_model_file` for numbers out of range, `unsupported_model` for what we cannot compute
 */
export function readEncoderShape(config: Config, pooling: Config = {}, sentences: Config = {}): EncoderShape {
  const family = config['model_type'];
  if (!isEncoderFamily(family)) throw unsupported('model_type', family, encoderFamilies);
  const activation = activations[String(config['hidden_act'] ?? 'gelu')] ?? refuse('hidden_act', config['hidden_act'], Object.keys(activations));
  const positions = config['position_embedding_type'] ?? 'absolute';
  if (positions !== 'absolute') throw unsupported('position_embedding_type', positions, ['absolute']);
  const hidden = count(config, 'hidden_size', 1, 65_536);
  const heads = count(config, 'num_attention_heads', 1, 1024);
  if (hidden % heads !== 0) throw invalid('num_attention_heads', `is ${heads}, which does not divide hidden_size ${hidden}`);
  const firstPosition = family === 'bert' ? 0 : count({ pad_token_id: 1, ...config }, 'pad_token_id', 0, 1024) + 1;
  const rows = count(config, 'max_position_embeddings', 2, 65_536) - firstPosition;
  const trained = sentences['max_seq_length'] === undefined ? rows : count(sentences, 'max_seq_length', 3, 65_536);
  const epsilon = config['layer_norm_eps'] ?? 1e-12;
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < 1)) throw invalid('layer_norm_eps', `is ${String(epsilon)}`);
  if (rows < 3) throw invalid('max_position_embeddings', `leaves ${rows} positions`);
  return {
    family,
    layers: count(config, 'num_hidden_layers', 1, 512),
    hidden,
    heads,
    vocabularySize: count(config, 'vocab_size', 1, 1 << 24),
    firstPosition,
    contextLength: Math.min(rows, trained),
    normalisationEpsilon: epsilon,
    activation,
    pooling: readPooling(pooling),
  };
}

function readPooling(pooling: Config): EncoderShape['pooling'] {
  const chosen = Object.entries(pooling).filter(([key, value]) => key.startsWith('pooling_mode_') && value === true).map(([key]) => key);
  if (chosen.length === 0 || (chosen.length === 1 && chosen[0] === 'pooling_mode_mean_tokens')) return 'mean';
  if (chosen.length === 1 && chosen[0] === 'pooling_mode_cls_token') return 'first';
  throw unsupported('1_Pooling/config.json', chosen.join(' and '), ['pooling_mode_mean_tokens', 'pooling_mode_cls_token']);
}

function count(config: Config, key: string, least: number, most: number): number {
  const value = config[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(key, `is ${String(value)}; expected a whole number from ${least} to ${most}`);
}

function invalid(field: string, problem: string): TaskError {
  return new TaskError('invalid_model_file', `The model's config.json is damaged: "${field}" ${problem}. Fetch the model again.`, { details: { field } });
}

function refuse(field: string, value: unknown, supported: readonly string[]): never {
  throw unsupported(field, value, supported);
}

function unsupported(field: string, value: unknown, supported: readonly string[]): TaskError {
  const shown = String(value).slice(0, 64);
  return new TaskError('unsupported_model', `The encoder has ${field} "${shown}". Supported: ${supported.join(', ')}.`, { details: { field, value: shown, supported } });
}

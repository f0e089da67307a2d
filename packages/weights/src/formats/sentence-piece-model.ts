import { TaskError } from '../errors.ts';
import { failFile } from './fail-file.ts';
import { readFields } from './protobuf-fields.ts';

export interface SentencePieceModel {
  tokens: string[];
  /** 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte: the numbers of GGUF. */
  kinds: number[];
  scores: number[];
  marksFirst: boolean;
  normalizers: object[];
}

const mostPieces = 1 << 20;
const modelTypes = ['', 'unigram', 'byte-pair', 'word', 'character'];

/**
 * Reads a vocabulary of SentencePiece.
 * Source of the numbers: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
 *
 * @throws TaskError `invalid_model_file` for a damaged file, `unsupported_model` for one that cuts words otherwise than by byte pairs
 */
export function readSentencePieceModel(bytes: Uint8Array, file: string): SentencePieceModel {
  const model: SentencePieceModel = { tokens: [], kinds: [], scores: [], marksFirst: true, normalizers: [] };
  try {
    for (const { number, value } of readFields(bytes)) {
      if (number > 3) continue;
      if (typeof value === 'number') throw new RangeError(`has a number where field ${number} should be`);
      if (number === 1) addPiece(model, value);
      if (number === 2) checkType(value, file);
      if (number === 3) readNormalizer(model, value);
    }
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return failFile(file, error instanceof TypeError ? 'has a piece that is not valid UTF-8' : error.message);
    throw error;
  }
  if (model.tokens.length === 0 || new Set(model.tokens).size !== model.tokens.length) failFile(file, 'has no pieces, or one of them twice');
  return model;
}

function addPiece(model: SentencePieceModel, bytes: Uint8Array): void {
  let [piece, score, kind] = ['', 0, 1];
  for (const { number, value } of readFields(bytes)) {
    if (number === 1 && typeof value !== 'number') piece = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    if (number === 2 && typeof value === 'number') score = value;
    if (number === 3 && typeof value === 'number') kind = value;
  }
  if (piece === '' || !Number.isFinite(score) || kind < 1 || kind > 6) throw new RangeError(`has an impossible piece (number ${model.tokens.length})`);
  if (model.tokens.length === mostPieces) throw new RangeError(`has more than ${mostPieces} pieces`);
  model.tokens.push(piece);
  model.scores.push(score);
  model.kinds.push(kind);
}

function checkType(trainer: Uint8Array, file: string): void {
  // Without the field it is the first type.
  let type = 1;
  for (const { number, value } of readFields(trainer)) if (number === 3 && typeof value === 'number') type = value;
  if (type === 2) return;
  throw new TaskError('unsupported_model', `${file} cuts words by "${modelTypes[type] ?? type}". Supported: byte-pair.`, { details: { file, type: modelTypes[type] ?? type } });
}

function readNormalizer(model: SentencePieceModel, bytes: Uint8Array): void {
  let removesSpaces = true;
  for (const { number, value } of readFields(bytes)) {
    if (number === 2 && typeof value !== 'number' && value.length > 0) model.normalizers.push({ type: 'Precompiled', precompiled_charsmap: Buffer.from(value).toString('base64') });
    if (number === 3) model.marksFirst = value !== 0;
    if (number === 4) removesSpaces = value !== 0;
  }
  if (removesSpaces) model.normalizers.push({ type: 'Strip', strip_left: true, strip_right: true }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' });
}

import { TaskError } from '@glm-tasks/core';
import { foldWidth } from './personal-data.ts';

/** A detail that an intent needs. With neither `pattern` nor `values` it is free text, which takes a model. */
export interface Slot {
  name: string;
  /** What the customer is asked when it is missing. */
  question: string;
  /** What it is, for the model. @default the question */
  description?: string;
  /** Its first group, or all of the match, is the value. Half width is what it sees, whatever was typed. */
  pattern?: RegExp;
  /** What it may be, each with its other names. */
  values?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Whether a value is one. */
  accept?: (value: string) => boolean;
  /** Its value is what "it" and 它 stand for later on. @default false */
  topic?: boolean;
}

/** What a turn says of a slot without any model: a value, or several, between which code cannot choose. */
export type Reading = { state: 'found'; value: string } | { state: 'ambiguous'; values: string[] } | { state: 'missing' };

export function readSlot(slot: Slot, turn: string): Reading {
  const text = foldWidth(turn);
  const values = [...new Set([...readPattern(slot, text), ...readValues(slot, text)])].filter((value) => slot.accept?.(value) ?? true);
  const [value] = values;
  if (value === undefined) return { state: 'missing' };
  return values.length === 1 ? { state: 'found', value } : { state: 'ambiguous', values };
}

/** Whether a value that a model or a handler came up with can be one of the slot. */
export function acceptsValue(slot: Slot, value: string): boolean {
  if (slot.values !== undefined && !canonicalValues(slot).includes(value)) return false;
  if (slot.pattern !== undefined && readPattern(slot, foldWidth(value)).length === 0) return false;
  return /[\p{L}\p{N}]/u.test(value) && (slot.accept?.(value) ?? true);
}

export function canonicalValues({ values = [] }: Slot): string[] {
  return isList(values) ? [...values] : Object.keys(values);
}

/** @throws TaskError `invalid_input` */
export function checkSlots(slots: readonly Slot[]): void {
  for (const [index, { name, question, values }] of slots.entries()) {
    const field = `slots[${index}]`;
    if (name === '') throw new TaskError('invalid_input', `${field} has no name; give it one.`, { details: { field } });
    if (slots.findIndex((slot) => slot.name === name) < index) throw new TaskError('invalid_input', `Two slots are called "${name}"; rename one.`, { details: { field } });
    if (question.trim() === '') throw new TaskError('invalid_input', `The slot "${name}" has no question; say what the customer is asked.`, { details: { field } });
    if (values !== undefined && Object.keys(values).length === 0) throw new TaskError('invalid_input', `The slot "${name}" has an empty list of values; list them or leave it out.`, { details: { field } });
  }
}

function readPattern({ pattern }: Slot, text: string): string[] {
  if (pattern === undefined) return [];
  const all = new RegExp(pattern, [...new Set(`${pattern.flags}g`)].join('').replace('y', ''));
  return [...text.matchAll(all)].map((match) => (match[1] ?? match[0]).trim()).filter((value) => value !== '');
}

/** 不要红的，要蓝的 speaks of both and means one. */
const DENIED = /(?:不要|不是|不用|别|除了|而不是|\bnot|\bno|\bwithout|\bexcept)\s*(?:the |an? )?$/iu;

function readValues({ values }: Slot, text: string): string[] {
  if (values === undefined) return [];
  const entries: [string, readonly string[]][] = isList(values) ? values.map((value) => [value, []]) : Object.entries(values);
  const names = entries.flatMap(([value, others]) => [value, ...others].map((name) => ({ value, name: foldWidth(name).toLowerCase() }))).sort((a, b) => b.name.length - a.name.length);
  // Where a name is part of a longer one, the longer one is meant: 大红袍 is no 红.
  let rest = text.toLowerCase();
  const found: string[] = [];
  for (const { value, name } of names) {
    for (let at = findName(rest, name); at >= 0; at = findName(rest, name)) {
      if (!DENIED.test(rest.slice(0, at))) found.push(value);
      rest = rest.slice(0, at) + '\u0000'.repeat(name.length) + rest.slice(at + name.length);
    }
  }
  return found;
}

/** Latin names are whole words; a plural s may follow. */
function findName(text: string, name: string): number {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isWord = /^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/u.test(name);
    if (!isWord || (!/[a-z0-9]$/u.test(text.slice(0, at)) && !/^(?!s(?![a-z0-9]))[a-z0-9]/u.test(text.slice(at + name.length)))) return at;
  }
  return -1;
}

function isList(values: NonNullable<Slot['values']>): values is readonly string[] {
  return Array.isArray(values);
}

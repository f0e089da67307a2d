import { TaskError } from '@glm-tasks/core';
import { cutSentences } from '@glm-tasks/task';
import { foldWidth } from './personal-data.ts';

/** What the desk must never say, whoever wrote it: the model, a document, an FAQ or the desk's own texts. */
export interface Policy {
  name: string;
  /** A sentence that matches breaks the policy; or a function that says so. Width, white space and invisible characters do not help it through. */
  forbid: RegExp | ((text: string) => boolean);
  /** What stands in place of the sentence. @default nothing */
  replacement?: string;
  /** `handover`: the whole reply is dropped and a person takes over. @default 'replace' */
  action?: 'replace' | 'handover';
}

export interface Judged {
  /** What may be said; empty where nothing may. */
  text: string;
  /** The names of the policies that were broken. */
  broken: string[];
  handover: boolean;
  /** Whether any of its own sentences is left. */
  kept: boolean;
}

/** A text without the sentences that a policy forbids. Whatever comes out was looked at again as a whole. */
export function applyPolicies(text: string, policies: readonly Policy[]): Judged {
  const broken = new Set<string>();
  const said: string[] = [];
  let kept = false;
  for (const sentence of cutSentences(text)) {
    const policy = findBroken(sentence, policies);
    if (policy === undefined) {
      said.push(sentence);
      kept ||= sentence.trim() !== '';
      continue;
    }
    broken.add(policy.name);
    if (policy.action === 'handover') return { text: '', broken: [...broken], handover: true, kept: false };
    const replacement = (policy.replacement ?? '') + (/\s+$/u.exec(sentence)?.[0] ?? '');
    if (!said.includes(replacement)) said.push(replacement);
  }
  const whole = said.join('').trim();
  // A promise may be spread over two sentences, or come about where one between them was taken out.
  const policy = findBroken(whole, policies);
  if (policy === undefined) return { text: whole, broken: [...broken], handover: false, kept };
  broken.add(policy.name);
  return { text: policy.replacement ?? '', broken: [...broken], handover: policy.action === 'handover', kept: false };
}

/** Texts that the owner of the desk wrote are looked at when it is made, so that there is always something to say. */
export function refuseForbidden(texts: Readonly<Record<string, string>>, policies: readonly Policy[]): void {
  for (const [name, text] of Object.entries(texts)) {
    const policy = findBroken(text, policies);
    if (policy === undefined) continue;
    throw new TaskError('invalid_input', `The text "${name}" breaks the policy "${policy.name}": ${text}. Change one of them.`, { details: { text: name, policy: policy.name } });
  }
}

export function findBroken(text: string, policies: readonly Policy[]): Policy | undefined {
  const forms = [...new Set([text, fold(text), fold(text).replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')])];
  return policies.find(({ forbid }) => forms.some((form) => (typeof forbid === 'function' ? forbid(form) : test(forbid, form))));
}

function fold(text: string): string {
  return foldWidth(text).replace(/[\p{Cf}\u034f\ufe0f]+/gu, '').replace(/\s+/gu, ' ');
}

/** Not `pattern.test`, which begins where it ended the last time if the pattern is global. */
function test(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}

import { readLanguage } from '@glm-tasks/task';

/** Chinese has one character each for the formal and the informal "you", so code keeps the tone where the model forgets it. 你们 has no formal twin. */
export function addressReader(text: string, { to, tone }: { to: string; tone?: 'formal' | 'informal' | undefined }): string {
  if (tone === undefined || readLanguage(to).language !== 'zh') return text;
  return tone === 'formal' ? text.replace(/你(?!们|們)/gu, '您') : text.replaceAll('您', '你');
}

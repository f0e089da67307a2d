import { expect, it } from 'vitest';
import { importOptional } from './optional-package.ts';

it('a missing package is named with the command that installs it; other failures stay what they are', async () => {
  const name = 'a-package-nobody-installed';
  await expect(importOptional(name, () => import(name))).rejects.toMatchObject({ code: 'engine_missing', message: expect.stringContaining(`npm install ${name}`) });
  await expect(importOptional('another', () => import(name))).rejects.toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  await expect(importOptional('broken', () => Promise.reject(new SyntaxError('bad')))).rejects.toThrow(SyntaxError);
});

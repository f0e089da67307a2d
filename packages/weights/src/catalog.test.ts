import fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { catalog, findModel } from './catalog.ts';
import { pull } from './pull.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

describe('catalog', () => {
  test('every file is pinned, and the parts of every wheel source add up to it', () => {
    for (const { files } of catalog) {
      for (const { bytes, sha256, sources } of files) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(sources.map((source) => source.kind)).toEqual(['hub', 'wheel']);
        for (const source of sources) {
          if (source.kind === 'wheel') expect(source.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes);
        }
      }
    }
  });

  test('ids and aliases are found, and unknown names get the nearest', () => {
    expect(findModel('small').id).toBe('qwen2.5-coder-0.5b-instruct');
    expect(findModel('Qwen2.5-Coder-1.5B-Instruct').id).toBe('qwen2.5-coder-1.5b-instruct');
    expect(() => findModel('qwen2.5-coder-0.5-instruct')).toThrow(/Did you mean "qwen2.5-coder-0.5b-instruct"/);
    expect(() => findModel('smal')).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  test('a file of the Hub outside the catalog is described without a hash', () => {
    const [file] = findModel('Owner/Repo.x/sub/model-q4.gguf').files;
    expect(file).toEqual({ name: 'model-q4.gguf', sources: [{ kind: 'hub', repository: 'Owner/Repo.x', revision: 'main', path: 'sub/model-q4.gguf' }] });
  });
});

describe('names off the allow-list', () => {
  const hostile = [
    '../../x', 'a/../b', 'a/..', 'a//b', '/etc/passwd', 'C:\\x', 'C:/x', 'CON', 'con.gguf', 'owner/aux/file.gguf', 'a\0b', '%2e%2e%2f', 'trailing.', 'a/b./c.gguf',
    'x'.repeat(300), 'a/'.repeat(20), '\u202Egpj.exe', 'qwеn', '-rf', '--help', 'https://example.org/x.gguf', '~/x', '', ' ', '.', '..', 'a..b', 'small\n', '__proto__/../x', '__proto__',
  ];

  test.each(hostile)('%j is refused and touches neither disk nor network', async (name) => {
    const folder = await temporaryFolder();
    vi.stubEnv('GLM_TASKS_HOME', folder);
    await expect(pull(name)).rejects.toMatchObject({ name: 'TaskError', code: 'invalid_input' });
    expect(await readdir(folder)).toEqual([]);
    vi.unstubAllEnvs();
  });

  test('whatever passes cannot leave a folder', () => {
    const piece = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('..', '.', '/', '\\', '%2e', '\0', 'a', 'CON', ':', '.gguf'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')), (name) => {
        try {
          const path = findModel(name).files.flatMap((file) => file.sources).find((source) => source.kind === 'hub')?.path ?? '';
          expect(path).toMatch(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/);
          expect(path.split('/')).not.toContain('..');
        } catch (error) {
          expect(error).toMatchObject({ name: 'TaskError' });
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

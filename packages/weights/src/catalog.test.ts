import fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { catalog, findModel } from './catalog.ts';
import { pull } from './pull-by-name.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

describe('catalog', () => {
  test('a file that wheels hold too is pinned, and their parts add up to it', () => {
    const files = catalog.flatMap((model) => model.files);
    const held = files.filter(({ sources }) => sources.some((source) => source.kind === 'wheel'));
    expect(held).toHaveLength(7);
    for (const { bytes, sha256, sources } of held) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(sources.map((source) => source.kind)).toEqual(['hub', 'wheel']);
      for (const source of sources) {
        if (source.kind === 'wheel') expect(source.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes);
      }
    }
  });

  test('a file of the Hub alone is pinned to a revision, or neither pinned nor given a size that would be believed', () => {
    for (const { listedBytes, memoryBytes, files } of catalog) {
      for (const { bytes, sha256, sources } of files.filter(({ sources }) => sources.length === 1)) {
        const [source] = sources;
        expect(memoryBytes).toBeGreaterThan(bytes ?? listedBytes!);
        if (sha256 === undefined) expect(bytes).toBeUndefined();
        else expect([sha256.length, Number.isSafeInteger(bytes), source?.kind === 'hub' && source.revision.length]).toEqual([64, true, 40]);
      }
    }
  });

  test('no name means two models', () => {
    const names = catalog.flatMap((model) => [model.id, ...model.aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name === name.toLowerCase())).toBe(true);
  });

  test.each([
    ['THUDM/chatglm3-6b', 'chatglm3-6b'],
    ['zai-org/chatglm3-6b', 'chatglm3-6b'],
    ['THUDM/glm-4-9b-chat', 'glm-4-9b-chat'],
    ['zai-org/GLM-4-9B-0414', 'glm-4-9b-0414'],
    ['ZhipuAI/glm-edge-1.5b-chat', 'glm-edge-1.5b-chat'],
    ['THUDM/glm-edge-1.5b-chat-gguf', 'glm-edge-1.5b-chat'],
    ['Qwen/Qwen3-0.6B', 'qwen3-0.6b'],
  ])('%s is %s', (name, id) => expect(findModel(name).id).toBe(id));

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

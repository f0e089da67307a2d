import fc from 'fast-check';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, storeRoot } from './store.ts';

test('the root follows GLM_TASKS_HOME, then XDG_CACHE_HOME, then the platform', () => {
  expect(storeRoot({ GLM_TASKS_HOME: '/a/b', XDG_CACHE_HOME: '/c' })).toBe('/a/b');
  expect(storeRoot({ XDG_CACHE_HOME: '/c' })).toBe(join('/c', 'glm-tasks'));
  expect(storeRoot({}).startsWith(homedir())).toBe(true);
});

test('no digest, owner, precision or key leads out of the root', () => {
  const root = join(sep, 'somewhere', 'root');
  const store = openStore(root);
  const digest = 'a'.repeat(64);
  const owner = '0123abcd-1-0123abcd';
  const makers = [
    (text: string) => store.file(text),
    (text: string) => store.partial(text, owner),
    (text: string) => store.partial(digest, text),
    (text: string) => store.model(digest, text, 1),
    (text: string) => store.model(text, 'auto', 1),
    (text: string) => store.temporary(owner, text),
    (text: string) => store.alive(text),
    (text: string) => store.lock(text),
    (text: string) => store.trusted(text),
  ];
  const piece = fc.constantFrom('..', '.', '/', '\\', '\0', 'a', '0', digest, owner, '-', '%2e', 'CON', '\n');
  const text = fc.oneof(fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')), fc.string());
  fc.assert(
    fc.property(text, fc.constantFrom(...makers), (part, make) => {
      let path = '';
      try {
        path = make(part);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TaskError', code: 'invalid_input' });
        return;
      }
      expect(path.slice(0, root.length + 1)).toBe(root + sep);
      expect(path.slice(root.length + 1).split(sep)).toHaveLength(2);
      expect(path.split(sep)).not.toContain('..');
    }),
    { numRuns: 2000 },
  );
});

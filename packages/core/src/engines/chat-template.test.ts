import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChatTemplate } from './chat-template.ts';

const origin = { file: 'tokenizer_config.json', field: 'chat_template' };
const messages = [{ role: 'user' as const, content: 'Hello' }];
const refused = { name: 'TaskError', code: 'invalid_model_file', details: origin, message: expect.stringContaining('tokenizer_config.json: chat_template') };

describe('a hostile chat template is stopped within two seconds', () => {
  it.each([
    ['a loop that never ends', '{% for i in range(1000000000) %}x{% endfor %}'],
    ['a loop in a loop', '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}'],
    ['a text that doubles', '{% set ns = namespace(x="aaaa") %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}'],
    ['a list that doubles', '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}'],
    ['a giant text', '{% for i in range(20000) %}{{ "x" * 1 }}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}'.replace('{{ "x" * 1 }}', '')],
    ['brackets as deep as a well', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
    ['no template', '{% if %}{{'],
  ])('%s', (_, source) => {
    const start = performance.now();
    let error: unknown;
    try {
      readChatTemplate(source, origin).render(messages, {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject(refused);
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('and the next template is rendered as ever', () => {
    const template = readChatTemplate('{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{{ end }}', origin);
    expect(template.render(messages, { end: '!' })).toBe('<user>Hello!');
    expect(() => readChatTemplate('{{ raise_exception("no system") }}', origin).render(messages, {})).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('no system') }));
  });
});

it('no random template does more than fail as an error of ours', () => {
  const piece = fc.constantFrom('{% for m in messages %}', '{% endfor %}', '{{ m.content }}', '{% if m %}', '{% endif %}', '{{ range(9) }}', '{% set a = 1 %}', '{{ a + a }}', '{{ x.__proto__ }}', '{{ [].constructor }}', '{{', '%}', '(', 'text');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        expect(typeof readChatTemplate(pieces.join(''), origin).render(messages, {})).toBe('string');
      } catch (error) {
        expect(error).toMatchObject({ name: 'TaskError' });
      }
    }),
    { seed: 4, numRuns: 300 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});

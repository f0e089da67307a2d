export type MaskKind = 'placeholder' | 'tag' | 'code' | 'url' | 'email' | 'number' | 'term';

const units = 'kB|KB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|kbit/s|Mbit/s|Gbit/s|kbps|Mbps|Gbps|ms|ns|µs|Hz|kHz|MHz|GHz|px|em|rem|dpi|ppi|fps|mAh|°C|°F';

/**
 * What a translation must have as its source has it, the more particular before the more general. Quantities of daily life (5 km, 20 %) stay
 * open: languages write them differently, and a model keeps them. Byte counts, frequencies and versions are written one way everywhere.
 */
export const maskPatterns: readonly { kind: MaskKind; pattern: string }[] = [
  // Marks of our own that stand in the source already.
  { kind: 'placeholder', pattern: '\\[\\[[^\\[\\]]*\\]\\]' },
  // A message with branches that could not be read as one is left whole.
  { kind: 'placeholder', pattern: '\\{\\s*[\\w.-]+\\s*,\\s*(?:plural|select|selectordinal)\\s*,(?:[^{}]|\\{(?:[^{}]|\\{[^{}]*\\})*\\})*\\}' },
  { kind: 'code', pattern: '```[^`]+```|``[^`\\n](?:[^\\n]*?[^`\\n])?``|`[^`\\n]+`' },
  { kind: 'code', pattern: '\\$\\$[^$]+\\$\\$|(?<![\\w$])\\$(?![\\s\\d{(])[^$\\n]*[^\\s$\\\\]\\$(?![\\w$])' },
  { kind: 'placeholder', pattern: '\\{\\{\\{?[^{}]*\\}?\\}\\}|\\{%[^%]*%\\}|[$#%]\\{[^{}\\n]*\\}|\\{\\\\[^{}]*\\}|\\{[#.][\\w-][^{}\\n]*\\}' },
  { kind: 'placeholder', pattern: "'\\{[^']*\\}'|\\{\\s*(?:[\\w$@.\\-[\\]]+\\s*(?:[,:|!?][^{}]*)?)?\\}" },
  { kind: 'tag', pattern: '<!--[\\s\\S]*?-->|</?\\d+\\s*/?>|<\\d[\\d:.]*>|</?[A-Za-z][\\w:.-]*(?:\\s[^<>]*)?/?>' },
  // Links of Markdown in an app's strings: the words between stay open.
  { kind: 'tag', pattern: '!?\\[(?=[^\\[\\]\\n]*\\]\\([^()\\s]+(?:\\s"[^"\\n]*")?\\))|\\]\\([^()\\s]+(?:\\s"[^"\\n]*")?\\)|\\*\\*|~~' },
  { kind: 'url', pattern: '(?:https?|ftps?|file|wss?|git|ssh)://[^\\s<>"\'`{}|\\\\^\\u3000-\\u303F\\u3400-\\u9FFF\\uAC00-\\uD7AF\\uFF00-\\uFFEF]+|(?:mailto|tel):[\\w.+@-]+|\\bwww\\.[\\w-]+(?:\\.[\\w-]+)+(?:/[\\w./?=&%#~+-]*)?' },
  { kind: 'email', pattern: '(?<![\\w.+-])[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+' },
  { kind: 'url', pattern: '(?<![\\w.-])(?:[\\w-]+\\.)+(?:com|org|net|io|dev|cn|edu|gov|app|ai)\\b(?:/[\\w./?=&%#~+-]*)?' },
  { kind: 'placeholder', pattern: '&(?:[a-zA-Z]+\\d*|#\\d+|#x[\\da-fA-F]+);' },
  { kind: 'placeholder', pattern: '\\$t\\([^()]*\\)|@(?:\\.\\w+)?:(?:\\([^()]*\\)|[A-Za-z_]\\w*(?:\\.\\w+)*)|(?<![\\w$])\\$[A-Za-z_]\\w*' },
  { kind: 'placeholder', pattern: '%[A-Za-z_]\\w{2,}%|%\\([\\w.]+\\)[-+#0]*\\d*(?:\\.\\d+)?[a-zA-Z]|(?<!\\d)%(?:\\d+\\$)?[-+0#]*(?:\\*|\\d+)?(?:\\.\\d+)?(?:hh|h|ll|l|q|z|t|j)?[diouxXeEfFgGcCsSpaA@]|%%|%\\d+(?!\\d*\\s*(?:off|%))(?=\\D|$)' },
  { kind: 'placeholder', pattern: '(?<![\\w:/])(?::[A-Za-z_]\\w*:?)(?!\\w)|(?<!\\w)__\\w+?__(?!\\w)|(?<![\\w#&])#(?![\\w#])' },
  // Paths, file names, flags, identifiers.
  { kind: 'code', pattern: '(?<![\\w/.])(?:(?:~|\\.{1,2})(?:/[\\w.@*-]+)+|(?:/[\\w.@*-]+){2,})/?|\\b[A-Za-z]:\\\\[\\w\\\\.-]+|(?<![\\w./-])\\w[\\w-]*(?:[/.][\\w-]+)*\\.(?:js|mjs|cjs|ts|tsx|jsx|json|ya?ml|toml|md|txt|csv|html?|css|py|sh|go|rs|java|xml|pdf|png|jpe?g|svg|gguf|onnx|zip|tar\\.gz|exe|dll|log|conf|ini|env|lock)\\b' },
  { kind: 'code', pattern: '(?<![\\w-])--[a-zA-Z][\\w-]*(?:=[\\w./-]+)?|(?<![\\w@])@[A-Za-z][\\w-]*(?:/[\\w.-]+)?|\\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\\b|\\b[a-z]+(?:[A-Z][a-z0-9]+)+\\b(?:\\(\\))?|(?<![\\w.])[A-Za-z_]\\w*(?:\\.\\w+)*\\(\\)' },
  { kind: 'number', pattern: `\\bv\\d+(?:\\.\\d+)*(?:-[\\w.]+)?\\b|\\b\\d+(?:\\.\\d+){2,}(?:-[\\w.]+)?\\b|\\b\\d+(?:[.,]\\d+)*\\s?(?:${units})(?![A-Za-z])` },
  { kind: 'code', pattern: '(?<![\\w&])#[0-9a-fA-F]{6}\\b|\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b|\\b(?=[0-9a-f]*\\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,64}\\b' },
];

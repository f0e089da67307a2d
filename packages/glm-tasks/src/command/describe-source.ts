import type { CatalogModel } from '@glm-tasks/weights';

type FileSource = CatalogModel['files'][number]['sources'][number];

/** A source in one line, for people who want to know whom we ask. */
export function describeSource(source: FileSource): string {
  if (source.kind === 'hub') return `Hugging Face Hub, ${source.repository}, ${source.path} at ${source.revision}`;
  const names = source.parts.map((part) => `${part.package}==${part.version}`);
  const what = names.length === 1 ? 'a Python package' : `${names.length} Python packages`;
  return `${what}, fetched with pip, nothing in it is run: ${names.join(', ')}`;
}

import type { CatalogModel } from '@glm-tasks/weights';

type FileSource = CatalogModel['files'][number]['sources'][number];

/** A source in one line, for people who want to know whom we ask. */
export function describeSource(source: FileSource): string {
  if (source.kind === 'hub') return `Hugging Face Hub, ${source.repository}, ${source.path} at ${source.revision}`;
  const [first, ...more] = source.parts;
  const names = more.length === 0 ? `Python package ${first?.package}` : `${source.parts.length} Python packages, ${first?.package} to ${more.at(-1)?.package}`;
  return `${names} version ${first?.version}, fetched with pip, nothing in it is run`;
}

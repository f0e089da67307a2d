import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';

const extensions = [gfm(), frontmatter(['yaml', 'toml'])];
// The library looks for further addresses in the finished tree, where they have no place in the text; they are masked as words are.
const withoutAfterthoughts = gfmFromMarkdown().map((extension) => ({ ...extension, transforms: [] }));
const mdastExtensions = [withoutAfterthoughts, frontmatterFromMarkdown(['yaml', 'toml'])];

export function parseMarkdownTree(text: string): Root {
  return fromMarkdown(text, { extensions, mdastExtensions });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A fenced block of a page. */
export interface Block {
  /** What stands behind the fence: `sh`, `yaml`, `text`, … */
  readonly language: string;
  readonly text: string;
}

/** A heading and what stands below it, up to the next heading of any level. */
export interface Section {
  readonly level: number;
  readonly title: string;
  /** What a link to it says behind `#`, as GitHub makes it. */
  readonly anchor: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  /** From the project's folder, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

const fence = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gmu;

/** Every Markdown page of the project. */
export function allPages(): readonly Page[] {
  return filesBelow(root, '.md').map((path) => readPage(path));
}

/** @param path from the project's folder */
export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, sections: sectionsOf(text) };
}

/** The section with this anchor. @throws Error when there is none */
export function sectionOf(page: Page, anchor: string): Section {
  const found = page.sections.find((section) => section.anchor === anchor);
  if (found === undefined) throw new Error(`${page.path} has no section #${anchor}`);
  return found;
}

/** The page without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replace(fence, '');
}

/** What a page says in `code`, outside of fenced blocks. */
export function inlineCode(text: string): readonly string[] {
  const found = proseOf(text).matchAll(/(?<!`)(`+)(?!`)([\s\S]*?[^`])\1(?!`)/gu);
  return [...found].map(([, , code = '']) => code.replace(/\s+/gu, ' ').trim());
}

export function blocksOf(text: string, language?: string): readonly Block[] {
  const blocks = [...text.matchAll(fence)].map(([, indent = '', name = '', body = '']) => ({
    language: name,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gmu'), ''),
  }));
  return language === undefined ? blocks : blocks.filter((block) => block.language === language);
}

/** Files with this ending, from the project's folder; what is installed, built or hidden is left out. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || ['node_modules', 'build'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [relative(root, path).split(sep).join('/')] : [];
  });
}

function sectionsOf(text: string): readonly Section[] {
  // Blocks are blanked, since a comment in a script looks like a heading; what stands where stays.
  const blanked = text.replace(fence, (block) => block.replaceAll(/[^\n]/gu, ' '));
  const headings = [...blanked.matchAll(/^(#{1,6}) (.+)$/gmu)];
  const seen = new Map<string, number>();
  return headings.map((match, index) => {
    const [line, marks = '', title = ''] = match;
    const body = text.slice(match.index + line.length, headings[index + 1]?.index);
    return { level: marks.length, title, anchor: unique(anchorOf(title), seen), text: body, blocks: blocksOf(body) };
  });
}

function anchorOf(title: string): string {
  const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1').toLowerCase();
  return plain.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
}

function unique(anchor: string, seen: Map<string, number>): string {
  const before = seen.get(anchor) ?? 0;
  seen.set(anchor, before + 1);
  return before === 0 ? anchor : `${anchor}-${before}`;
}

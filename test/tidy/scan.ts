/**
 * Just enough of a scanner for tidy: it tells code from comments, strings and regular expressions. Templates are kept
 * whole, because what stands in their `${}` is code.
 */
const token = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
    String.raw`(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")`,
    String.raw`(?<template>\x60(?:\\.|[^\x60\\])*\x60)`,
    // A slash starts a regular expression where no operand can have ended.
    String.raw`(?<=(?:[(,=:[!&|?{};]|=>|\breturn)\s*)(?<regex>\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*)`,
  ].join('|'),
  'gu',
);

/** The code of a TypeScript file: comments, strings and regular expressions are emptied, lines stay where they are. */
export function codeOf(text: string): string {
  return replaced(text, () => "''");
}

/** A TypeScript file as long as its lines are without what stands in quotes, whatever the quotes. */
export function withoutTexts(text: string): string {
  return text.replace(token, (whole: string, ...rest: unknown[]) => {
    const { comment } = rest.at(-1) as Record<string, string | undefined>;
    return comment ?? `''${whole.replace(/[^\n]/gu, '')}`;
  });
}

/** What a TypeScript file imports, as written: static, re-exported, dynamic, and files that it names for a worker. */
export function importsOf(text: string): string[] {
  const strings: string[] = [];
  const code = replaced(text, (string) => `'${strings.push(string) - 1}'`);
  const imports = code.matchAll(/\b(?:from\s*|import\s*\(?\s*|new URL\(\s*)'(\d+)'/gu);
  const names = [...imports].map((match) => ({ how: match[0], name: strings[Number(match[1])]?.slice(1, -1) ?? '' }));
  return names.filter(({ how, name }) => !how.startsWith('new URL') || name.startsWith('.')).map(({ name }) => name);
}

/** Empties comments, and puts something else for each string and regular expression. */
function replaced(text: string, instead: (string: string) => string): string {
  return text.replace(token, (whole: string, ...rest: unknown[]) => {
    const { comment, template } = rest.at(-1) as Record<string, string | undefined>;
    if (template !== undefined) return whole;
    return comment === undefined ? instead(whole) : comment.replace(/[^\n]/gu, ' ');
  });
}

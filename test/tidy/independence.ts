import type { Finding, Import, Project } from './project.ts';

const oracle = 'test/oracle/';
/** Packages that the oracle may use: one curve library, which signs nothing in the program that the oracle judges. */
const packages = /^(?:node:|@noble\/curves\/)/u;

/** The oracle judges the program, so it may share nothing with it: neither its code nor the makers of test requests. */
export function independence({ sources }: Project): Finding[] {
  const files = sources.filter(({ path }) => path.startsWith(oracle));
  return files.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => !isIndependent(imported))
      .map(({ specifier }) => `${path}: the oracle stands alone; it may not import ${specifier}`),
  );
}

function isIndependent({ path, specifier }: Import): boolean {
  return path === null ? packages.test(specifier) : path.startsWith(oracle);
}

import type { Finding, Project } from './project.ts';

interface Manifest {
  readonly [kind: string]: unknown;
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Each dependency has an exact version, and its reason in a decision record. */
export function dependencies({ texts }: Project): Finding[] {
  const manifest = texts.find(({ path }) => path === 'package.json');
  if (manifest === undefined) return ['package.json: is missing'];
  const records = texts.filter(({ path }) => path.startsWith('docs/adr/')).map(({ text }) => text);
  return versionsIn(JSON.parse(manifest.text) as Manifest).flatMap(([name, version]) => [
    ...(/^\d+\.\d+\.\d+$/u.test(version) ? [] : [`package.json: ${name} wants an exact version, not ${version}`]),
    ...(records.some((text) => text.includes(`\`${name}\``))
      ? []
      : [`package.json: no record in docs/adr says why ${name}`]),
  ]);
}

function versionsIn(manifest: Manifest): [name: string, version: string][] {
  return kinds.flatMap((kind) => Object.entries((manifest[kind] ?? {}) as Record<string, string>));
}

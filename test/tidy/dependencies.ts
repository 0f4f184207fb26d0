import type { Finding, Project, TextFile } from './project.ts';

interface Manifest {
  readonly [kind: string]: unknown;
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Each dependency has an exact version, its reason in a decision record, and what it wants in the lock file. */
export function dependencies({ texts }: Project): Finding[] {
  return [...ofManifest(texts), ...ofLockFile(texts)];
}

function ofManifest(texts: readonly TextFile[]): Finding[] {
  const manifest = texts.find(({ path }) => path === 'package.json');
  if (manifest === undefined) return ['package.json: is missing'];
  const records = texts.filter(({ path }) => path.startsWith('docs/adr/')).map(({ text }) => text);
  return versionsIn(JSON.parse(manifest.text) as Manifest).flatMap(([name, version]) => [
    ...(/^(?:npm:[\w@/.-]+@)?\d+\.\d+\.\d+$/u.test(version)
      ? []
      : [`package.json: ${name} wants an exact version, not ${version}`]),
    ...(records.some((text) => text.includes(`\`${name}\``))
      ? []
      : [`package.json: no record in docs/adr says why ${name}`]),
  ]);
}

function versionsIn(manifest: Manifest): [name: string, version: string][] {
  return kinds.flatMap((kind) => Object.entries((manifest[kind] ?? {}) as Record<string, string>));
}

/** `npm ci` refuses a lock file that leaves out the packages of other platforms. */
function ofLockFile(texts: readonly TextFile[]): Finding[] {
  const text = texts.find(({ path }) => path === 'package-lock.json')?.text ?? '{ "packages": {} }';
  const { packages } = JSON.parse(text) as { packages: Record<string, Manifest> };
  const known = Object.keys(packages);
  return Object.entries(packages).flatMap(([path, manifest]) =>
    Object.keys(manifest['optionalDependencies'] ?? {})
      .filter((name) => !known.some((place) => place.endsWith(`node_modules/${name}`)))
      .map((name) => `package-lock.json: ${path} wants ${name}, which is not there; npm ci will refuse`),
  );
}

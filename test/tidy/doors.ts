import { type Finding, findingsInCode, type Import, isTest, type Project, type Source } from './project.ts';
import { entryPoints, mintFiles, type Room, rooms, testDoors } from './rooms.ts';

/** Who may import whom, by the table in `rooms.ts`. */
export function doors(project: Project): Finding[] {
  return [
    ...rooms.flatMap((room, index) => findingsOfRow(room, rooms.slice(0, index), project)),
    ...project.sources.filter(({ path }) => path.startsWith('src/')).flatMap(findingsOfFile),
    ...project.sources.flatMap(opaqueImports),
    ...project.sources.filter(({ path }) => !mintFiles.includes(path)).flatMap(mintNames),
    ...unreached(project),
  ];
}

function findingsOfRow(room: Room, above: readonly Room[], { sources }: Project): Finding[] {
  const table = 'test/tidy/rooms.ts';
  const wrong = room.doors.filter((door) => !above.some(({ name }) => name === door));
  const findings = wrong.map((door) => `${table}: ${room.name} has a door to ${door}, which does not stand above it`);
  if (sources.some(({ path }) => roomOf(path) === room)) return findings;
  return [...findings, `${table}: there is no room ${room.name}`];
}

function findingsOfFile(file: Source): Finding[] {
  const room = roomOf(file.path);
  if (room === undefined) return [`${file.path}: stands in no room of test/tidy/rooms.ts`];
  return file.imports.flatMap((imported) => {
    const { path } = imported;
    const complaint = path === null ? packageComplaint(room, file, imported) : doorComplaint(room, file, path);
    return complaint === null ? [] : [`${file.path}: ${complaint}`];
  });
}

function packageComplaint(room: Room, file: Source, { specifier }: Import): string | null {
  if (isTest(file.path)) return null;
  const name = specifier.startsWith('node:') ? specifier : packageName(specifier);
  return room.packages.includes(name) ? null : `${room.name} may not import ${name}`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function doorComplaint(room: Room, file: Source, path: string): string | null {
  if (path.startsWith('test/')) return isTest(file.path) ? null : 'only tests may import tests';
  if (!path.startsWith('src/')) return null;
  if (path.endsWith('.test.ts')) return 'nothing imports a test';
  const other = roomOf(path);
  if (other === undefined || other === room || room.doors.includes(other.name)) return null;
  if (isTest(file.path) && testDoors.includes(other.name)) return null;
  return `${room.name} has no door to ${other.name}`;
}

/** An import that is computed could go through any wall. */
function opaqueImports(file: Source): Finding[] {
  return findingsInCode(file, /\bimport\s*\((?!\s*'')/gu, 'an import names what it imports');
}

function mintNames(file: Source): Finding[] {
  return findingsInCode(file, /\btakeMint\b/gu, 'only the guard may take the right to make permits');
}

/** Files of `src/` that the program never loads: dead, or kept alive by their tests alone. */
function unreached({ sources }: Project): Finding[] {
  const files = new Map(
    sources.filter(({ path }) => !isTest(path) && !path.endsWith('.d.ts')).map((file) => [file.path, file]),
  );
  const reached = new Set<string>();
  const ways = [...entryPoints];
  for (let path = ways.pop(); path !== undefined; path = ways.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    ways.push(...(files.get(path)?.imports ?? []).flatMap((imported) => imported.path ?? []));
  }
  return [...files.keys()].filter((path) => !reached.has(path)).map((path) => `${path}: the program never loads it`);
}

function roomOf(path: string): Room | undefined {
  return rooms.find(({ name }) => path.startsWith(`src/${name}/`));
}

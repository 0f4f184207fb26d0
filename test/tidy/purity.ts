import { type Finding, findingsInCode, isTest, type Project, type Source } from './project.ts';
import { impure, type Room, rooms } from './rooms.ts';

/** What a pure file does without: time and chance enter it as arguments, and it never waits. */
const worldly = new RegExp(
  [
    String.raw`\b(?:async|await|setTimeout|setInterval|setImmediate|queueMicrotask|new Promise)\b`,
    String.raw`\b(?:Date\.now|new Date|performance|Math\.random)\b`,
    String.raw`\b(?:randomBytes|randomUUID|randomInt|randomFill\w*|generateKey\w*|getRandomValues)\b`,
    String.raw`\b(?:console|process|fetch)\b`,
  ].join('|'),
  'gu',
);

/** Parts of Node that reach the world, whatever a room's list of packages says. */
const worldlyParts = new RegExp(
  String.raw`^node:(?:child_process|cluster|dgram|dns|fs|http|http2|https|net|os|process|timers|tls|worker_threads)\b`,
  'u',
);

/** Pure rooms stay pure. */
export function purity({ sources }: Project): Finding[] {
  const absent = Object.keys(impure).filter((path) => !sources.some((file) => file.path === path));
  return [
    ...absent.map((path) => `test/tidy/rooms.ts: ${path} is excused from purity, but it does not exist`),
    ...rooms.flatMap((room) => sources.filter(({ path }) => mustBePure(room, path)).flatMap(findingsOfFile)),
  ];
}

function mustBePure(room: Room, path: string): boolean {
  if (isTest(path) || path in impure) return false;
  if (room.pure === 'whole') return path.startsWith(`src/${room.name}/`);
  return room.pure !== 'none' && room.pure.some((name) => path === `src/${room.name}/${name}`);
}

function findingsOfFile(file: Source): Finding[] {
  const parts = file.imports.filter(({ specifier }) => worldlyParts.test(specifier));
  return [
    ...findingsInCode(file, worldly, 'a pure file may not use %'),
    ...parts.map(({ specifier }) => `${file.path}: a pure file may not import ${specifier}`),
  ];
}

import type { Finding, Project } from './project.ts';
import { type Room, rooms } from './rooms.ts';

/** ARCHITECTURE.md shows the table of rooms as it is. */
export function architecture({ texts }: Project): Finding[] {
  const page = texts.find(({ path }) => path === 'ARCHITECTURE.md');
  if (page === undefined) return ['ARCHITECTURE.md: is missing'];
  if (page.text.includes(roomsTable())) return [];
  return [`ARCHITECTURE.md: its table of rooms is not that of test/tidy/rooms.ts, which is:\n${roomsTable()}`];
}

/** The rooms and doors as a Markdown table. */
export function roomsTable(): string {
  const head = ['| room | holds | may import | packages | pure |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...rooms.map(row)].join('\n');
}

function row({ name, holds, doors, packages, pure }: Room): string {
  const purity = typeof pure === 'string' ? { whole: 'yes', none: 'no' }[pure] : pure.join(', ');
  const doorNames = doors.length === rooms.length - 1 ? 'every room' : doors.join(', ');
  return `| \`${name}\` | ${holds} | ${doorNames || 'none'} | ${packages.join(', ') || 'none'} | ${purity} |`;
}

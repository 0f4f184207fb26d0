import { architecture } from './architecture.ts';
import { dependencies } from './dependencies.ts';
import { doors } from './doors.ts';
import { independence } from './independence.ts';
import { type Finding, type Project, readProject } from './project.ts';
import { purity } from './purity.ts';
import { texts } from './texts.ts';

/** What the project breaks of its own architecture. What a linter knows is left to the linter: see `.oxlintrc.json`. */
export function tidy(root: string): Finding[] {
  return findingsOf(readProject(root));
}

export function findingsOf(project: Project): Finding[] {
  return [doors, independence, purity, texts, architecture, dependencies].flatMap((rule) => rule(project));
}

import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

/** What became of one test. A suite is not a test: it counts only when it fails by itself. */
export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'skipped';
  /** The names of the suites around it and its own, outermost first. */
  readonly name: string;
  /** What was thrown; empty for a test that passed. */
  readonly text: string;
}

/** The last line of a process: without it, something ended the process before its tests had ended. */
export interface Ended {
  readonly kind: 'ended';
}

/** A reporter for node:test: one line of JSON per test. Node loads it by name, which is why it is a default export. */
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    if (event.type === 'test:start') path.splice(event.data.nesting, Infinity, event.data.name);
    const outcome = outcomeOf(event, path);
    if (outcome !== null) yield `${JSON.stringify(outcome)}\n`;
  }
  const ended: Ended = { kind: 'ended' };
  yield JSON.stringify(ended);
}

function outcomeOf(event: TestEvent, path: readonly string[]): Outcome | null {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return null;
  const { nesting, skip, todo } = event.data;
  const name = path.slice(0, nesting + 1).join(' > ');
  if (skip !== undefined && skip !== false) return { kind: 'skipped', name, text: 'skipped' };
  if (todo !== undefined && todo !== false) return { kind: 'skipped', name, text: 'marked as todo' };
  const { details } = event.data;
  if (event.type === 'test:pass') return details.type === 'suite' ? null : { kind: 'passed', name, text: '' };
  const { error } = event.data.details;
  // Its children were reported before it.
  if ('failureType' in error && error.failureType === 'subtestsFailed') return null;
  return { kind: 'failed', name, text: inspect(error.cause ?? error) };
}

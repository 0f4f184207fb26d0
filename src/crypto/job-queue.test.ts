import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobQueue } from './job-queue.ts';
import { priorities, type Priority } from './priority.ts';

interface Named {
  readonly priority: Priority;
  readonly name: number;
}

/** Takes until nothing is left. */
function drained(queue: JobQueue<Named>): readonly Named[] {
  const jobs: Named[] = [];
  for (let job = queue.take(); job !== null; job = queue.take()) jobs.push(job);
  return jobs;
}

test('an empty queue has nobody to give', () => {
  const queue = new JobQueue<Named>();
  assert.equal(queue.take(), null);
  assert.equal(queue.peek(), null);
  assert.equal(queue.length, 0);
});

test('the first priority leaves first, and within one whoever came first', () => {
  const queue = new JobQueue<Named>();
  const reversed = [...priorities].reverse();
  for (let name = 0; name < 50; name += 1) for (const priority of reversed) queue.push({ priority, name });
  const expected = priorities.flatMap((priority) => Array.from({ length: 50 }, (_, name) => ({ priority, name })));
  assert.equal(queue.length, 250);
  assert.deepEqual(queue.peek(), expected[0]);
  assert.deepEqual(drained(queue), expected);
  assert.equal(queue.length, 0);
});

test('a block that comes in the middle overtakes, and the others keep their order', () => {
  const queue = new JobQueue<Named>();
  for (let name = 0; name < 10; name += 1) queue.push({ priority: 'selection', name });
  const taken = [queue.take(), queue.take()];
  queue.push({ priority: 'block', name: 99 });
  const names = [...taken, ...drained(queue)].map((job) => job?.name);
  assert.deepEqual(names, [0, 1, 99, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('jobs that come back go before those of their priority, and behind the priorities before it', () => {
  const queue = new JobQueue<Named>();
  for (let name = 0; name < 6; name += 1) queue.push({ priority: 'sync', name });
  const back = [queue.take(), queue.take(), queue.take()].filter((job) => job !== null);
  queue.push({ priority: 'attestation', name: 99 });
  queue.putBack(back);
  assert.deepEqual(
    drained(queue).map(({ name }) => name),
    [99, 0, 1, 2, 3, 4, 5],
  );
});

test('it stays right while it grows and shrinks', () => {
  const queue = new JobQueue<Named>();
  let pushed = 0;
  let taken = 0;
  for (let round = 0; round < 200; round += 1) {
    for (let count = 0; count < (round * 7) % 13; count += 1) queue.push({ priority: 'selection', name: pushed++ });
    for (let count = 0; count < (round * 5) % 11 && queue.length > 0; count += 1) {
      assert.equal(queue.take()?.name, taken++);
    }
  }
  assert.equal(queue.length, pushed - taken);
});

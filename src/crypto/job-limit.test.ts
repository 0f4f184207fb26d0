import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { JobLimit } from './job-limit.ts';

test('new requests are turned away at the limit; those admitted by then find room, up to twice as much', async () => {
  const limit = new JobLimit(2);
  const ends: (() => void)[] = [];
  const run = () => limit.run(() => new Promise<void>((resolve) => ends.push(resolve)));
  const jobs = [run(), run()];
  assert.throws(
    () => limit.checkRoom(),
    (error) => isFault(error, 'overloaded'),
  );
  jobs.push(run(), run());
  await assert.rejects(run(), (error) => isFault(error, 'overloaded'));
  for (const end of ends) end();
  await Promise.all(jobs);
  limit.checkRoom();
});

test('idle waits for the last job, failed or not', async () => {
  const limit = new JobLimit(1);
  await limit.idle();
  let ended = false;
  const job = limit.run(async () => {
    await Promise.resolve();
    ended = true;
    throw new Error('planted');
  });
  const idle = limit.idle();
  await assert.rejects(job, /planted/u);
  await idle;
  assert.equal(ended, true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forkInfo, requestOf } from '../../test/support/ethereum-requests.ts';
import { isFault } from '../base/fault.ts';
import { SszThread } from './ssz-thread.ts';

const choice = { served: null, registrations: null };
const gloas = requestOf('AGGREGATE_AND_PROOF', { fork_info: forkInfo({ current_version: '0x07000000' }) });

/** Wants more memory than the thread has: each of its objects is a map there. */
const heavy = Buffer.from(`{"type":"ATTESTATION","x":[${'{},'.repeat(190_000)}{}]}`);

test('more requests than may wait are turned away, and the rest are answered', async () => {
  const thread = new SszThread(choice, { jobsMax: 2 });
  const answers = await Promise.allSettled([thread.read(gloas), thread.read(gloas), thread.read(gloas)]);
  const [, , third] = answers;
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  );
  assert.ok(third?.status === 'rejected' && isFault(third.reason, 'overloaded'));
  assert.equal((await thread.read(gloas)).type, 'AGGREGATE_AND_PROOF', 'there is room again');
  await thread.end();
});

test('a thread that dies fails what it was asked, and the next request starts another', async () => {
  const thread = new SszThread(choice, { jobsMax: 8, heapMb: 24 });
  const lost = await Promise.allSettled([thread.read(heavy), thread.read(heavy)]);
  for (const answer of lost) {
    assert.ok(answer.status === 'rejected' && isFault(answer.reason, 'internal'));
    assert.match(answer.reason.message, /thread that reads full bodies is gone/u);
  }
  assert.equal((await thread.read(gloas)).type, 'AGGREGATE_AND_PROOF');
  await thread.end();
});

test('after the end nothing is read, and what waited fails', async () => {
  const thread = new SszThread(choice, { jobsMax: 8 });
  const waiting = assert.rejects(thread.read(gloas), (error) => isFault(error, 'shutting_down'));
  await thread.end();
  await waiting;
  await assert.rejects(thread.read(gloas), (error) => isFault(error, 'shutting_down'));
});

test('a thread that was never needed ends at once', async () => {
  await new SszThread(choice, { jobsMax: 8 }).end();
});

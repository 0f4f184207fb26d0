import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { JobRoom, type JobRoomOptions, roomsUsual } from './job-room.ts';
import { priorities } from './priority.ts';

const small = { block: 4, attestation: 4, sync: 4, aggregate: 4, selection: 4 };

function newRoom(options: Partial<JobRoomOptions> = {}) {
  const clock = { ms: 0 };
  const room = new JobRoom({ rooms: small, deadlineMs: 1_000_000, now: () => clock.ms, ...options });
  return { room, clock };
}

function assertOverloaded(act: () => void): Readonly<Record<string, unknown>> {
  let facts: Readonly<Record<string, unknown>> = {};
  assert.throws(act, (error) => {
    if (!isFault(error, 'overloaded')) return false;
    facts = error.facts;
    return true;
  });
  return facts;
}

test('a priority that has filled its room leaves that of all others alone', () => {
  for (const full of priorities) {
    const { room } = newRoom();
    for (let job = 0; job < 8; job += 1) room.enter(full, 2);
    assertOverloaded(() => room.admit(full, 2));
    assertOverloaded(() => room.enter(full, 2));
    for (const other of priorities) {
      if (other === full) continue;
      room.admit(other, 2);
      room.enter(other, 2);
    }
  }
});

test('all who were admitted find room, even if they all come at once', () => {
  const { room } = newRoom();
  let admitted = 0;
  assertOverloaded(() => {
    for (;;) {
      room.admit('attestation', 2);
      admitted += 1;
    }
  });
  assert.equal(admitted, 8);
  for (let job = 0; job < admitted; job += 1) room.enter('attestation', 2);
});

test('all who were admitted find room, however admissions and arrivals mix', () => {
  const { room, clock } = newRoom();
  let between = 0;
  for (let round = 0; round < 500; round += 1) {
    clock.ms += round % 3;
    try {
      room.admit('block', 2);
      between += 1;
    } catch (error) {
      assert.ok(isFault(error, 'overloaded'));
    }
    // Recorded now, in the order of a table that has no pattern.
    if ((round * round) % 7 > 2 && between > 0) {
      room.enter('block', 2);
      between -= 1;
    }
    if (round % 5 === 0) while (between > 0) between = arriveAndLeave(room, between);
  }
});

function arriveAndLeave(room: JobRoom, between: number): number {
  room.enter('block', 2);
  room.leave('block');
  return between - 1;
}

test('who was admitted and was then refused by the record is forgotten', () => {
  const { room, clock } = newRoom();
  for (let asked = 0; asked < 8; asked += 1) room.admit('block', 2);
  assertOverloaded(() => room.admit('block', 2));
  clock.ms += 201;
  room.admit('block', 2);
});

test('a wait that is too long is refused before the record, with the wait among the facts', () => {
  const { room } = newRoom({ rooms: roomsUsual, deadlineMs: 100 });
  room.measured(64, 64);
  for (let job = 0; job < 199; job += 1) room.enter('attestation', 2);
  const facts = assertOverloaded(() => room.admit('attestation', 2));
  assert.equal(facts['waitMs'], 101);
  room.leave('attestation');
  room.leave('attestation');
  room.admit('attestation', 2);
});

test('who is being recorded counts as waiting', () => {
  const { room } = newRoom({ rooms: roomsUsual, deadlineMs: 100 });
  room.measured(64, 64);
  let admitted = 0;
  assertOverloaded(() => {
    for (;;) {
      room.admit('attestation', 2);
      admitted += 1;
    }
  });
  assert.equal(admitted, 199);
});

test('a deadline looks only at what goes before: a block does not wait for selection proofs, they do for it', () => {
  const { room } = newRoom({ rooms: roomsUsual, deadlineMs: 100 });
  room.measured(64, 64);
  for (let job = 0; job < 10_000; job += 1) room.enter('selection', 2);
  assertOverloaded(() => room.admit('selection', 2));
  room.admit('aggregate', 2);
  room.admit('block', 2);
  const other = newRoom({ rooms: roomsUsual, deadlineMs: 100 }).room;
  other.measured(64, 64);
  for (let job = 0; job < 300; job += 1) other.enter('block', 2);
  for (const priority of priorities) assertOverloaded(() => other.admit(priority, 2));
});

test('fewer threads, or slower ones, make the wait longer', () => {
  const { room } = newRoom({ rooms: roomsUsual, deadlineMs: 100 });
  room.measured(64, 64);
  for (let job = 0; job < 150; job += 1) room.enter('sync', 2);
  room.admit('sync', 2);
  assertOverloaded(() => room.admit('sync', 1));
  for (let batch = 0; batch < 100; batch += 1) room.measured(8, 16);
  assertOverloaded(() => room.admit('sync', 2));
});

test('an empty signer takes one job, however short the deadline', () => {
  const { room } = newRoom({ deadlineMs: 0 });
  room.admit('selection', 1);
});

test('ten thousand selection proofs find room in the usual rooms and within the usual deadline', () => {
  const { room } = newRoom({ rooms: roomsUsual, deadlineMs: 4000 });
  room.measured(64, 64 * 0.37);
  for (let job = 0; job < 10_000; job += 1) {
    room.admit('selection', 2);
    room.enter('selection', 2);
  }
});

test('idle waits for the last job', async () => {
  const { room } = newRoom();
  await room.idle();
  room.enter('block', 1);
  room.enter('selection', 1);
  let idle = false;
  const waiting = room.idle().then(() => (idle = true));
  room.leave('block');
  await Promise.resolve();
  assert.equal(idle, false);
  room.leave('selection');
  await waiting;
});

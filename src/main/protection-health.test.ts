import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtectionHealth } from './protection-health.ts';

function healthAt(): { health: ProtectionHealth; pass: (ms: number) => void } {
  let nowMs = 0;
  const health = new ProtectionHealth('protection', { durable: true, remembers: true, backend: 'file' }, () => nowMs);
  return {
    health,
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

test('a store that could not answer is down until it answers, or for ten seconds', () => {
  const { health, pass } = healthAt();
  assert.equal(health.up, true);
  health.silent('store_unavailable');
  assert.equal(health.up, false);
  health.answered();
  assert.equal(health.up, true);
  health.silent('store_unavailable');
  pass(9_999);
  assert.equal(health.up, false);
  pass(1);
  assert.equal(health.up, true, 'a probe that keeps requests away does not keep it down');
});

test('a store that failed stays down, whatever comes after', () => {
  const { health, pass } = healthAt();
  health.silent('store_failed');
  health.silent('store_unavailable');
  health.answered();
  pass(1e9);
  assert.equal(health.up, false);
});

test('one lane that is frozen or damaged takes no other key away', () => {
  const { health } = healthAt();
  health.silent('lane_frozen');
  health.silent('store_corrupt');
  assert.equal(health.up, true);
});

test('it says what the store promises', () => {
  const textOf = (durable: boolean, remembers: boolean): string =>
    new ProtectionHealth('protection', { durable, remembers, backend: 'mem' }, () => 0).text;
  assert.equal(textOf(true, true), 'durable, mem');
  assert.equal(textOf(false, true), 'not durable, mem');
  assert.equal(textOf(false, false), 'unprotected, mem');
});

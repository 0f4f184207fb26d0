import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { limits } from '../base/limits.ts';
import { BodyBudget } from './body-budget.ts';

const request = () => new IncomingMessage(new Socket());
const free = limits.freeBodyBytes;

test('what every duty needs is free, however much is held', () => {
  const budget = new BodyBudget(0);
  assert.equal(budget.hold(request(), free), true);
  assert.equal(budget.hold(request(), free + 1), false);
});

test('large bodies share what there is, and give back what they held', () => {
  const budget = new BodyBudget(1000);
  const [first, second] = [request(), request()];
  assert.equal(budget.hold(first, free + 400), true);
  assert.equal(budget.hold(first, free + 600), true, 'only the growth is taken');
  assert.equal(budget.hold(second, free + 401), false);
  assert.equal(budget.hold(second, free + 400), true);
  budget.release(first);
  budget.release(first);
  assert.equal(budget.hold(second, free + 1000), true);
  assert.equal(budget.hold(first, free + 1), false);
});

test('one that was refused holds what it held before, until it is released', () => {
  const budget = new BodyBudget(100);
  const [first, second] = [request(), request()];
  assert.equal(budget.hold(first, free + 100), true);
  assert.equal(budget.hold(first, free + 101), false);
  assert.equal(budget.hold(second, free + 1), false);
  budget.release(first);
  assert.equal(budget.hold(second, free + 100), true);
});

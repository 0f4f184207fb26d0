import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Permit, type Permitted, takeMint } from './permit.ts';

const mint = takeMint();
const content: Permitted = { key: 'tz1a', message: Uint8Array.of(1, 2, 3), root: 'aa'.repeat(32) };

test('a permit is spent once, by its own key', () => {
  const permit = mint(content);
  assert.throws(() => Permit.spend(permit, 'tz1b'), /for the key it names/u);
  assert.deepEqual(Permit.spend(permit, 'tz1a'), content);
  assert.throws(() => Permit.spend(permit, 'tz1a'), /used once/u);
});

test('a permit keeps its own copy of the message', () => {
  const message = Uint8Array.of(1, 2, 3);
  const permit = mint({ ...content, message });
  message.fill(9);
  assert.deepEqual(Permit.spend(permit, 'tz1a').message, Uint8Array.of(1, 2, 3));
});

test('the right to make permits is given out once', () => {
  assert.throws(() => takeMint(), /already taken/u);
});

test('a forged permit neither compiles nor passes', () => {
  // @ts-expect-error A permit has a private field, which no object literal can have.
  const shaped: Permit = { content };
  // @ts-expect-error The constructor wants a value that only its own module holds.
  assert.throws(() => new Permit(Symbol('permit'), content), /guard alone/u);
  const bare: unknown = Object.create(Permit.prototype);
  assert(bare instanceof Permit, 'it claims to be one');
  const copied = Object.assign(Object.create(Permit.prototype), mint(content)) as Permit;
  for (const forged of [shaped, bare, copied, null as unknown as Permit]) {
    assert.throws(() => Permit.spend(forged, 'tz1a'), /not made by the guard/u);
  }
});

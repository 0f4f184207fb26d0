import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OperationKind, operationKinds, requestKinds } from '../tezos/kinds.ts';
import type { TezosRequest } from '../tezos/request.ts';
import { defaultTezosPolicy, notListed, permits, type TezosPolicy } from './tezos-policy.ts';

const chain = 'NetXdQprcVkpaWU';
const otherChain = 'NetXo5iVw1vBoxM';

type Asked = Pick<TezosRequest, 'kind' | 'chainId' | 'operations'>;

function consensus(kind: 'block' | 'preattestation' | 'attestation' | 'attestation_with_dal', chainId = chain): Asked {
  return { kind, chainId, operations: [] };
}

function generic(...operations: readonly OperationKind[]): Asked {
  return { kind: 'generic', chainId: null, operations };
}

function policy(fields: Partial<TezosPolicy>): TezosPolicy {
  return { ...defaultTezosPolicy, requestKinds: new Set(), ...fields };
}

const allowed = { kind: 'allowed' };

function denied(code: string, message: string, violation: string | null) {
  return { kind: 'denied', code, message, violation };
}

test('the default policy allows blocks, preattestations and attestations on every chain, and nothing else', () => {
  const kinds = ['block', 'preattestation', 'attestation'] as const;
  for (const kind of kinds) assert.deepEqual(permits(defaultTezosPolicy, consensus(kind)), allowed);
  const dal = "request kind `attestation_with_dal' is not allowed";
  assert.deepEqual(
    permits(defaultTezosPolicy, consensus('attestation_with_dal')),
    denied('kind', dal, 'attestation_with_dal'),
  );
  assert.deepEqual(
    permits(defaultTezosPolicy, generic()),
    denied('kind', "request kind `generic' is not allowed", 'generic'),
  );
  const pack = { kind: 'pack', chainId: null, operations: [] } as const;
  assert.deepEqual(permits(defaultTezosPolicy, pack), denied('kind', "request kind `pack' is not allowed", 'pack'));
});

test('an empty policy allows nothing', () => {
  for (const kind of requestKinds) {
    const request = { kind, chainId: chain, operations: [] } as Asked;
    assert.deepEqual(permits(policy({}), request), denied('kind', `request kind \`${kind}' is not allowed`, kind));
  }
});

test('the chain is asked before the kind, and only of requests that name one', () => {
  const onOther = policy({
    allowedChains: new Set([otherChain]),
    requestKinds: new Set(['generic']),
    operationKinds: new Set(['reveal']),
  });
  assert.deepEqual(
    permits(onOther, consensus('block')),
    denied('chain', "chain `NetXdQprcVkpaWU' is not allowed", null),
  );
  assert.deepEqual(
    permits(onOther, consensus('block', otherChain)),
    denied('kind', "request kind `block' is not allowed", 'block'),
  );
  assert.deepEqual(permits(onOther, generic('reveal')), allowed);
  assert.deepEqual(permits({ ...onOther, allowedChains: new Set() }, consensus('block', otherChain)).kind, 'denied');
});

test('every operation of a generic request must be allowed; the first that is not is named', () => {
  const some = policy({ requestKinds: new Set(['generic']), operationKinds: new Set(['reveal', 'stake']) });
  assert.deepEqual(permits(some, generic('reveal', 'stake', 'reveal')), allowed);
  assert.deepEqual(
    permits(some, generic('reveal', 'transaction', 'delegation')),
    denied('operation', "operation `transaction' is not allowed", 'transaction'),
  );
  assert.deepEqual(permits(policy({ requestKinds: new Set(['generic']) }), generic('reveal')).kind, 'denied');
});

test('ballot covers every vote, a vote covers itself, and nothing else is a prefix', () => {
  const withOperations = (...kinds: readonly string[]) =>
    policy({ requestKinds: new Set(['generic']), operationKinds: new Set(kinds) });
  assert.deepEqual(permits(withOperations('ballot'), generic('ballot:yay', 'ballot:nay', 'ballot:pass')), allowed);
  assert.deepEqual(permits(withOperations('ballot:yay'), generic('ballot:yay')), allowed);
  assert.deepEqual(
    permits(withOperations('ballot:yay'), generic('ballot:nay')),
    denied('operation', "operation `ballot:nay' is not allowed", 'ballot:nay'),
  );
  assert.equal(permits(withOperations('transaction'), generic('transfer_ticket')).kind, 'denied');
});

test('a key that is not listed is told so', () => {
  const message = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf is not listed in config';
  assert.deepEqual(notListed('tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf'), denied('not_listed', message, null));
});

test('a request is allowed only if its chain, its kind and all its operations are', () => {
  const requests = fc.record({
    kind: fc.constantFrom(...requestKinds),
    chainId: fc.constantFrom(null, chain, otherChain),
    operations: fc.array(fc.constantFrom(...operationKinds.filter((kind) => kind !== 'ballot')), { maxLength: 3 }),
  });
  const policies = fc.record({
    requestKinds: fc.uniqueArray(fc.constantFrom(...requestKinds)).map((kinds) => new Set(kinds)),
    operationKinds: fc.uniqueArray(fc.constantFrom(...operationKinds)).map((kinds) => new Set(kinds)),
    allowedChains: fc.option(fc.uniqueArray(fc.constantFrom(chain, otherChain)).map((chains) => new Set(chains))),
  });
  fc.assert(
    fc.property(requests, policies, (request, fields) => {
      const chainIsAllowed =
        request.chainId === null || fields.allowedChains === null || fields.allowedChains.has(request.chainId);
      const operationsAreAllowed = request.operations.every((each) => fields.operationKinds.has(each));
      const expected = chainIsAllowed && fields.requestKinds.has(request.kind) && operationsAreAllowed;
      const answer = permits({ ...defaultTezosPolicy, ...fields }, request as Asked);
      assert.equal(answer.kind === 'allowed', expected);
    }),
  );
});

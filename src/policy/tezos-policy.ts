import type { RequestKind } from '../tezos/kinds.ts';
import type { TezosRequest } from '../tezos/request.ts';

/** What one key may sign: what stands under `tezos.<key hash>` in the configuration, checked and filled in. */
export interface TezosPolicy {
  readonly requestKinds: ReadonlySet<RequestKind>;
  /** Kinds of operations that a `generic` request may hold. `ballot` covers `ballot:yay` and its siblings. */
  readonly operationKinds: ReadonlySet<string>;
  /** Chain ids (`Net…`), or null when every chain is allowed. Requests that name no chain are not concerned. */
  readonly allowedChains: ReadonlySet<string> | null;
  readonly allowProofOfPossession: boolean;
  /** Log the bytes of requests at info instead of debug. */
  readonly logPayloads: boolean;
}

/** By public key hash. A key that is not listed signs nothing. */
export type TezosPolicies = ReadonlyMap<string, TezosPolicy>;

/** The policy of a key that is listed without one (`tz1…:` and nothing below), as Signatory has it. */
export const defaultTezosPolicy: TezosPolicy = {
  requestKinds: new Set<RequestKind>(['block', 'preattestation', 'attestation']),
  operationKinds: new Set(),
  allowedChains: null,
  allowProofOfPossession: false,
  logPayloads: false,
};

export interface PolicyDenial {
  readonly kind: 'denied';
  readonly code: 'not_listed' | 'chain' | 'kind' | 'operation';
  /** In Signatory's words. */
  readonly message: string;
  /** What `policy_violation_total` counts it as, the kind that was refused; null: Signatory does not count it. */
  readonly violation: string | null;
}

export type PolicyAnswer = { readonly kind: 'allowed' } | PolicyDenial;

/** What a policy must know of a request; only a `generic` one has operations, only consensus ones a chain. */
type TezosQuestion = Pick<TezosRequest, 'kind' | 'chainId' | 'operations'>;

const allowed: PolicyAnswer = { kind: 'allowed' };

/** May a key with this policy sign this request? Asked in Signatory's order: its chain, its kind, its operations. */
export function permits(policy: TezosPolicy, { kind, chainId, operations }: TezosQuestion): PolicyAnswer {
  if (chainId !== null && policy.allowedChains !== null && !policy.allowedChains.has(chainId)) {
    return { kind: 'denied', code: 'chain', message: `chain \`${chainId}' is not allowed`, violation: null };
  }
  if (!policy.requestKinds.has(kind)) {
    return { kind: 'denied', code: 'kind', message: `request kind \`${kind}' is not allowed`, violation: kind };
  }
  const operation = operations.find((each) => !permitsOperation(policy, each));
  if (operation === undefined) return allowed;
  const message = `operation \`${operation}' is not allowed`;
  return { kind: 'denied', code: 'operation', message, violation: operation };
}

function permitsOperation(policy: TezosPolicy, operation: string): boolean {
  if (policy.operationKinds.has(operation)) return true;
  return operation.startsWith('ballot:') && policy.operationKinds.has('ballot');
}

/** The answer for a key that stands nowhere in the configuration; asked before its request is even read. */
export function notListed(publicKeyHash: string): PolicyDenial {
  return { kind: 'denied', code: 'not_listed', message: `${publicKeyHash} is not listed in config`, violation: null };
}

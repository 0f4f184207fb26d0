import { operationKinds, requestKinds } from '../../tezos/kinds.ts';

/** `tidemark tezos list-requests` */
export function listRequests(): void {
  console.log([...requestKinds].sort().join('\n'));
}

/** `tidemark tezos list-ops` */
export function listOperations(): void {
  console.log([...operationKinds].sort().join('\n'));
}

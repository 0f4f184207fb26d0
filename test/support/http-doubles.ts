import { AllowedHosts } from '../../src/http/allowed-hosts.ts';
import { addEthereumRoutes, ethereumPaths, type EthereumRouteParts } from '../../src/http/ethereum.ts';
import { healthPaths } from '../../src/http/health.ts';
import { answerUnrouted, createServer, limitInFlight, type Server, type ServerOptions } from '../../src/http/server.ts';
import { signingErrorBody } from '../../src/http/signing-error-body.ts';
import { tezosPaths } from '../../src/http/tezos.ts';
import type { KeyGroup, KeyLoading } from '../../src/keys/key-loading.ts';
import type { Key } from '../../src/keys/key.ts';
import { Keyring } from '../../src/keys/keyring.ts';
import type { Log } from '../../src/observe/log.ts';
import type { EthereumOutcome, EthereumSigning, EthereumSignRequest } from '../../src/signing/ethereum-signing.ts';

const quiet: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  trace() {},
  writes: () => false,
};

/** A loading that stands where it is told to. */
export class LoadingDouble implements KeyLoading {
  state: KeyLoading['state'] = 'completed';
  complete = true;
  startedAtMs: number | null = null;
  lastError: string | null = null;
  groups: readonly KeyGroup[] = [];
  reloads = 0;

  reload(): boolean {
    if (this.state === 'running') return false;
    this.state = 'running';
    this.reloads += 1;
    return true;
  }
}

/** A pipeline that says what it is told to, and keeps what it was asked. */
export class SigningDouble implements Pick<EthereumSigning, 'sign'> {
  readonly asked: EthereumSignRequest[] = [];
  answer: () => EthereumOutcome | Promise<EthereumOutcome>;

  constructor(answer: SigningDouble['answer'] = () => ({ kind: 'signed', signature: sampleSignature })) {
    this.answer = answer;
  }

  async sign(request: EthereumSignRequest): Promise<EthereumOutcome> {
    this.asked.push(request);
    return await this.answer();
  }
}

export const sampleSignature = new Uint8Array(96).fill(0xb7);

/** A key that is only listed. */
export function listedKey(id: string): Key {
  return {
    id,
    curve: 'bls12_381',
    publicKey: new Uint8Array(48),
    source: 'test',
    deterministic: true,
    checkRoom() {},
    sign: () => Promise.reject(new Error('this key is only listed')),
  };
}

export function plainServer(options: Partial<ServerOptions> = {}): Server {
  return createServer({
    log: quiet,
    hosts: new AllowedHosts(['localhost']),
    errorBody: signingErrorBody,
    onDropped: () => {},
    ...options,
  });
}

/** A listener with the Ethereum routes and doubles behind them. */
export async function ethereumServer(
  parts: Partial<EthereumRouteParts> = {},
  options: Partial<ServerOptions> = {},
): Promise<Server> {
  const server = plainServer(options);
  await server.register(async (scope) => {
    limitInFlight(scope);
    addEthereumRoutes(scope, {
      signing: new SigningDouble(),
      keyring: new Keyring(),
      loading: new LoadingDouble(),
      stops: () => new Map(),
      rootMismatchStatus: 400,
      log: quiet,
      ...parts,
    });
  });
  answerUnrouted(server, [...healthPaths, ...ethereumPaths, ...tezosPaths]);
  return server;
}

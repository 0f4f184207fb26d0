import { assert, errorCode, Fault } from '../../src/base/fault.ts';
import { fromHex } from '../../src/base/hex.ts';
import { Networks } from '../../src/ethereum/networks.ts';
import { builtInNetworks } from '../../src/ethereum/built-in-networks.ts';
import type { Understood } from '../../src/ethereum/understood.ts';
import { understand } from '../../src/ethereum/understand.ts';
import { statusOf } from '../../src/http/errors.ts';
import type { Key } from '../../src/keys/key.ts';
import { Keyring } from '../../src/keys/keyring.ts';
import { Guard } from '../../src/protection/guard.ts';
import { Permit } from '../../src/protection/permit.ts';
import { noStops } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import {
  type EthereumOutcome,
  EthereumSigning,
  type EthereumSigningParts,
} from '../../src/signing/ethereum-signing.ts';
import type { EthereumObserver } from '../../src/signing/observer.ts';
import { Recorder, type RecorderParts } from '../../src/signing/recorder.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';

/** The parts of the pipeline that can be broken one by one. */
export interface PipelineParts {
  readonly reader: SyncReader;
  readonly keyring: Keyring;
  readonly store: MarkStore;
  readonly futureSlotsMax: bigint;
  /** Is there room for one more signature? */
  readonly room: { free: boolean };
}

interface SyncReader {
  read(body: Uint8Array): Understood;
}

/** Puts a pipeline together, soundly or not. */
export type MakePipeline = (parts: PipelineParts) => Pick<EthereumSigning, 'sign'>;

/** What a client would see, and the signature where there is one. */
export interface Seen {
  readonly status: number;
  readonly code: string | null;
  readonly signature: string | null;
}

const blind: EthereumObserver = {
  checked() {},
  unavailable() {},
  signed() {},
  denied() {},
  failed() {},
  answered() {},
};

/** The program's own way of a request without the program around it: no HTTP, no threads, marks in memory. */
export class Pipeline {
  readonly store = new MemoryStore();
  readonly room = { free: true };
  readonly #keyring = new Keyring();
  readonly #signing: Pick<EthereumSigning, 'sign'>;

  constructor(make: MakePipeline, publicKeys: readonly string[]) {
    for (const id of publicKeys) this.#keyring.add(this.#key(id));
    const { store, room } = this;
    this.#signing = make({ reader: soundReader(), keyring: this.#keyring, store, futureSlotsMax: 1n, room });
  }

  async ask(identifier: string, body: string): Promise<Seen> {
    try {
      return seen(await this.#signing.sign({ identifier, body: Buffer.from(body) }));
    } catch (error) {
      return { status: statusOf(error), code: errorCode(error), signature: null };
    }
  }

  /** Everything that is recorded, as a text. */
  async recorded(): Promise<string> {
    const records: string[] = [];
    for await (const { lane, mark, closed } of this.store.list()) {
      const { height, round, floor, root } = mark ?? {};
      records.push([lane.network, lane.key, lane.duty, height, round, floor, root, closed].join(' '));
    }
    return records.sort().join('\n');
  }

  /** Signs with what it was permitted to sign. */
  #key(id: string): Key {
    return {
      ...{ id, curve: 'bls12_381', publicKey: fromHex(id.slice(2)), source: 'double', deterministic: true },
      checkRoom: () => {
        if (!this.room.free) throw new Fault('overloaded', 'no room');
      },
      sign: async (permit) => fromHex(Permit.spend(permit, id).root),
    };
  }
}

function seen(outcome: EthereumOutcome): Seen {
  switch (outcome.kind) {
    case 'signed':
      return { status: 200, code: null, signature: Buffer.from(outcome.signature).toString('hex') };
    case 'unknown_key':
      return { status: 404, code: 'key_not_found', signature: null };
    case 'refused':
      return { status: 412, code: outcome.why, signature: null };
  }
}

/** Nothing that is asked here needs the thread for large bodies. */
function soundReader(): SyncReader {
  const served = builtInNetworks.filter(({ name }) => name === 'hoodi');
  const networks = new Networks({ served, registrations: 'hoodi' });
  return {
    read: (body) => {
      const understood = understand(body, networks);
      assert(understood !== null, 'the request is short and of a common type');
      return understood;
    },
  };
}

/** The pipeline as the program has it, with some of its parts put in the place of its own. */
export function pipelineOf(parts: PipelineParts, changes: Partial<EthereumSigningParts> = {}): EthereumSigning {
  const { reader, keyring, store, futureSlotsMax } = parts;
  const recorder = recorderOn(store);
  const nowMs = () => Date.now();
  return new EthereumSigning({ reader, keyring, recorder, observer: blind, futureSlotsMax, nowMs, ...changes });
}

export function recorderOn(store: MarkStore): Recorder {
  return new Recorder(recorderParts(store));
}

export function recorderParts(store: MarkStore): RecorderParts {
  const guard = new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: noStops });
  return { guard, observer: blind };
}

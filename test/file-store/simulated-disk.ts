import { promisify } from 'node:util';
import type { Disk, DiskEntry, DiskFile, DiskLock, FileFacts, OpenMode } from '../../src/stores/file/disk.ts';
import { type SimNode, type SimulatedMachine, systemError } from './simulated-machine.ts';

/** One system call that is about to be made. */
export interface Call {
  readonly name: string;
  readonly path: string;
}

/** How a call goes: as it should, or with an error, before or after it had its effect. */
export type Fate = 'done' | { readonly errno: string; readonly effect: boolean };

/** Asked before each call, one at a time. A gate that never answers is a process that was killed. */
export type Gate = (call: Call) => Promise<Fate>;

/** Which of so many calls that wait is served next; without it, the first. */
export type Pick = (count: number) => number;

export interface DiskOptions {
  readonly gate?: Gate;
  readonly pick?: Pick | null;
}

/** Resolves when everything that does not wait for the disk has gone on. */
const letRun = promisify(setImmediate);

/** The system calls of a new process on a simulated machine. */
export class SimulatedDisk implements Disk {
  readonly #machine: SimulatedMachine;
  readonly #gate: Gate;
  readonly #pick: Pick | null;
  readonly #waiting: (() => Promise<void>)[] = [];
  #serving = false;

  constructor(machine: SimulatedMachine, { gate = async () => 'done', pick = null }: DiskOptions = {}) {
    machine.endProcess();
    this.#machine = machine;
    this.#gate = gate;
    this.#pick = pick;
  }

  async realPath(path: string): Promise<string> {
    return await this.call('realPath', path, () => {
      this.#machine.get(path);
      return path;
    });
  }

  async open(path: string, how: OpenMode): Promise<DiskFile> {
    return await this.call(`open ${how}`, path, () => {
      const node = how === 'create' ? this.#machine.create(path, 'file') : this.#machine.get(path);
      if ((node.kind === 'folder') !== (how === 'folder'))
        throw systemError(how === 'folder' ? 'ENOTDIR' : 'EISDIR', path);
      return new SimulatedFile(this, { machine: this.#machine, node, path });
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.call('rename', from, () => this.#machine.rename(from, to));
  }

  async unlink(path: string): Promise<void> {
    await this.call('unlink', path, () => this.#machine.remove(path, 'file'));
  }

  async makeFolder(path: string): Promise<void> {
    await this.call('makeFolder', path, () => void this.#machine.create(path, 'folder'));
  }

  async removeFolder(path: string): Promise<void> {
    await this.call('removeFolder', path, () => this.#machine.remove(path, 'folder'));
  }

  async list(folder: string): Promise<readonly DiskEntry[]> {
    return await this.call('list', folder, () => {
      const node = this.#machine.get(folder);
      return node.kind === 'folder' ? [...node.cached].map(([name, { kind }]) => ({ name, kind })) : [];
    });
  }

  async look(path: string): Promise<FileFacts | null> {
    return await this.call('look', path, () => {
      const node = this.#machine.find(path);
      return node === null ? null : factsOf(node);
    });
  }

  async isRemote(path: string): Promise<boolean> {
    return await this.call('isRemote', path, () => this.#machine.remote);
  }

  async lock(path: string): Promise<DiskLock | null> {
    return await this.call('lock', path, () => this.#machine.lock(path));
  }

  /** @param failed what remains of the effect when the call fails without it */
  async call<T>(name: string, path: string, effect: () => T, failed: () => void = () => {}): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      this.#waiting.push(async () => {
        try {
          resolve(await this.#run({ name, path }, effect, failed));
        } catch (error) {
          reject(error);
        }
      });
      if (!this.#serving) void this.#serve();
    });
  }

  async #run<T>(call: Call, effect: () => T, failed: () => void): Promise<T> {
    const fate = await this.#gate(call);
    if (fate === 'done') return effect();
    if (fate.effect) effect();
    else failed();
    throw systemError(fate.errno, call.path);
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    while (this.#waiting.length > 0) {
      if (this.#pick !== null) await letRun();
      const [next] = this.#waiting.splice(this.#pick?.(this.#waiting.length) ?? 0, 1);
      await next?.();
    }
    this.#serving = false;
  }
}

interface Opened {
  readonly machine: SimulatedMachine;
  readonly node: SimNode;
  readonly path: string;
}

class SimulatedFile implements DiskFile {
  readonly #disk: SimulatedDisk;
  readonly #opened: Opened;

  constructor(disk: SimulatedDisk, opened: Opened) {
    this.#disk = disk;
    this.#opened = opened;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    const { machine, node, path } = this.#opened;
    const half = bytes.subarray(0, bytes.length >> 1);
    await this.#disk.call(
      'write',
      path,
      () => machine.write(node, bytes, position),
      () => machine.write(node, half, position),
    );
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const { node, path } = this.#opened;
    return await this.#disk.call('read', path, () => {
      const bytes = node.kind === 'file' ? node.cached.subarray(position, position + target.length) : new Uint8Array();
      target.set(bytes);
      return bytes.length;
    });
  }

  async sync(): Promise<void> {
    await this.#sync('sync', this.#opened.node.kind);
  }

  async dataSync(): Promise<void> {
    await this.#sync('dataSync', 'data');
  }

  async facts(): Promise<FileFacts> {
    return await this.#disk.call('facts', this.#opened.path, () => factsOf(this.#opened.node));
  }

  async close(): Promise<void> {
    await this.#disk.call('close', this.#opened.path, () => {});
  }

  async #sync(name: string, what: 'file' | 'folder' | 'data'): Promise<void> {
    const { machine, node, path } = this.#opened;
    await this.#disk.call(
      name,
      path,
      () => machine.sync(node, what),
      () => machine.forget(node),
    );
  }
}

function factsOf(node: SimNode): FileFacts {
  const { kind, inode } = node;
  if (node.kind === 'folder') return { kind, device: 1n, inode, size: 0n, modifiedNs: 0n };
  return { kind, device: 1n, inode, size: BigInt(node.cached.length), modifiedNs: node.modified };
}

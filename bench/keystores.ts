import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LocalSigner } from '../src/crypto/local-signer.ts';
import { FilesystemKeys } from '../src/keys/filesystem/filesystem-keys.ts';
import type { KeyPlaces } from '../src/keys/filesystem/key-inventory.ts';
import type { LoadObserver } from '../src/keys/filesystem/load-observer.ts';
import { Keyring } from '../src/keys/keyring.ts';
import { derivedKey, rawDescriptor, sealKeystore, validatorKey } from '../test/support/ethereum-keys.ts';
import { median } from './measure.ts';

const runs = 3;
const rounds = 262_144;
const password = 'benchmark';

const quiet: LoadObserver = {
  keyLoaded: () => undefined,
  failed: (place, fault) => {
    throw new Error(`${place}: ${fault.message}`);
  },
  keyTwice: () => undefined,
  keyRemoved: () => undefined,
  weakKeystore: () => undefined,
  progress: () => undefined,
  ended: () => undefined,
};

/**
 * What does it cost to load keystores, against their key derivations alone on all processors? And how long do raw keys
 * take, and what do they weigh?
 *
 * @param keystores how many, in each of three runs; the figure is of 1,000
 * @param rawKeys how many raw keys, a file each
 */
export async function benchKeystores(keystores = 150, rawKeys = 1_000): Promise<readonly string[]> {
  const lines = [
    `### Loading ${keystores} pbkdf2 keystores of ${rounds} rounds, a password each`,
    '',
    '| run | the derivations alone s | loaded and signing s | ratio |',
    '| --- | ----------------------- | -------------------- | ----- |',
  ];
  const ratios: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const bare = await bareSeconds(keystores);
    const { seconds } = await withKeystores(keystores);
    ratios.push(seconds / bare);
    lines.push(`| ${run} | ${bare.toFixed(2)} | ${seconds.toFixed(2)} | ${(seconds / bare).toFixed(2)} |`);
  }
  const raw = await withRawKeys(rawKeys);
  const kilobytes = (raw.bytes / rawKeys / 1024).toFixed(1);
  lines.push('', `Median ratio: ${median(ratios).toFixed(2)}; at most 1.2 is wanted.`, '');
  lines.push(`${rawKeys} raw keys, a file each: ${raw.seconds.toFixed(2)} s, ${kilobytes} KiB of memory each.`, '');
  return lines;
}

/** The same number of the same derivations, on as many bare threads as there are processors. */
async function bareSeconds(keystores: number): Promise<number> {
  const threads = availableParallelism();
  const program = `
    const { pbkdf2Sync, randomBytes } = require('node:crypto');
    const { workerData } = require('node:worker_threads');
    for (let left = workerData; left > 0; left -= 1) pbkdf2Sync('${password}', randomBytes(32), ${rounds}, 32, 'sha256');
  `;
  const started = performance.now();
  const shares = Array.from({ length: threads }, (_, index) => Math.ceil((keystores - index) / threads));
  await Promise.all(shares.map((share) => once(new Worker(program, { eval: true, workerData: share }), 'exit')));
  return (performance.now() - started) / 1000;
}

interface Loaded {
  readonly seconds: number;
  /** How much more memory the process had afterwards. */
  readonly bytes: number;
}

async function withKeystores(count: number): Promise<Loaded> {
  return await inFolder(async (folder) => {
    // One derivation seals them all; whoever opens them cannot know that.
    const derived = derivedKey(password, { rounds });
    mkdirSync(join(folder, 'keystores'));
    mkdirSync(join(folder, 'passwords'));
    for (let index = 0; index < count; index += 1) {
      const keystore = sealKeystore({ secret: validatorKey().secret, password, kdf: { rounds }, derived });
      writeFileSync(join(folder, 'keystores', `${index}.json`), JSON.stringify(keystore), { mode: 0o600 });
      writeFileSync(join(folder, 'passwords', `${index}.txt`), password, { mode: 0o600 });
    }
    const passwords = { kind: 'folder', path: join(folder, 'passwords') } as const;
    return await load({ paths: [], keystores: [{ path: join(folder, 'keystores'), passwords }] }, count);
  });
}

async function withRawKeys(count: number): Promise<Loaded> {
  return await inFolder(async (folder) => {
    for (let index = 0; index < count; index += 1) {
      // Below the order of the curve, and cheaper than a key with its public key.
      const secretHex = `0${randomBytes(32).toString('hex').slice(1)}`;
      writeFileSync(join(folder, `${index}.yaml`), rawDescriptor({ secretHex }), { mode: 0o600 });
    }
    return await load({ paths: [folder], keystores: [] }, count);
  });
}

async function load(places: Pick<KeyPlaces, 'paths' | 'keystores'>, count: number): Promise<Loaded> {
  const signer = new LocalSigner({
    onThreadLost: (text) => {
      throw new Error(text);
    },
  });
  const keyring = new Keyring();
  const keys = new FilesystemKeys({
    places: { ...places, keystoreLoadConcurrency: 128, rawLoadConcurrency: 128 },
    signer,
    keyring,
    verify: 'on_load',
    observer: quiet,
  });
  const before = process.memoryUsage().rss;
  const started = performance.now();
  await keys.load();
  const seconds = (performance.now() - started) / 1000;
  const bytes = process.memoryUsage().rss - before;
  if (keyring.size !== count) throw new Error(`${keyring.size} of ${count} keys were loaded`);
  await signer.end();
  return { seconds, bytes };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const [keystores, rawKeys] = process.argv.slice(2).map(Number);
  console.log((await benchKeystores(keystores, rawKeys)).join('\n'));
}

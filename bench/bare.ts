import { type createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const signAsync = promisify(sign) as (
  algorithm: null,
  data: Uint8Array,
  key: ReturnType<typeof createPrivateKey>,
) => Promise<Buffer>;

/** The least that one durable replacement of a small file costs: write, sync, rename, sync the folder. */
export async function bareCommit(): Promise<{ step: () => Promise<void>; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const directory = await open(folder, 'r');
  const content = randomBytes(700);
  const step = async () => {
    const file = await open(join(folder, 'temporary'), 'w');
    await file.write(content);
    await file.sync();
    await file.close();
    await rename(join(folder, 'temporary'), join(folder, 'file'));
    await directory.sync();
  };
  const end = async () => {
    await directory.close();
    rmSync(folder, { recursive: true });
  };
  return { step, end };
}

/** The least that one durable write into a file of fixed size costs: a block, and fdatasync. */
export async function bareAppend(): Promise<{ step: () => Promise<void>; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const file = await open(join(folder, 'file'), 'w+');
  const size = 4 * 1024 * 1024;
  await file.write(Buffer.alloc(size));
  await file.sync();
  const block = Buffer.alloc(4096, 1);
  let at = 0;
  const step = async () => {
    at = (at + block.length) % size;
    await file.write(block, 0, block.length, at);
    await file.datasync();
  };
  const end = async () => {
    await file.close();
    rmSync(folder, { recursive: true });
  };
  return { step, end };
}

/** One ed25519 signature over 32 bytes on libuv's threads: what the curve itself costs. */
export function rawEd25519(): () => Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const digest = randomBytes(32);
  return async () => {
    await signAsync(null, digest, privateKey);
  };
}

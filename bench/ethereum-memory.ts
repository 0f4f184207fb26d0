import { EthereumSigner } from './ethereum-signer.ts';
import { residentMiBOf } from './process-cpu.ts';

const counts = [1, 1_000, 100_000];

/** What raw keys cost in memory, and how long it takes until the last of them signs. */
export async function benchEthereumMemory(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const count of counts) {
    const started = performance.now();
    await using signer = await EthereumSigner.start(count);
    const seconds = (performance.now() - started) / 1000;
    rows.push(`| ${count} | ${residentMiBOf(signer.process.child.pid ?? 0).toFixed(0)} | ${seconds.toFixed(1)} |`);
  }
  return ['## Memory with raw keys', '', '| keys | RSS MiB | made, loaded s |', '| --- | --- | --- |', ...rows];
}

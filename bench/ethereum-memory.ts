import { EthereumSigner } from './ethereum-signer.ts';
import { residentMiBOf } from './process-cpu.ts';

const counts = [1, 1_000, 100_000];

/** What raw keys cost in memory, and how long it takes until the last of them signs. */
export async function benchEthereumMemory(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const count of counts) {
    await using signer = await EthereumSigner.start(count);
    const loaded = signer.process.log.find(({ msg }) => msg === 'Keys loaded');
    const seconds = (Number(loaded?.['ms']) / 1000).toFixed(1);
    rows.push(`| ${count} | ${residentMiBOf(signer.process.child.pid ?? 0).toFixed(0)} | ${seconds} |`);
  }
  return ['### Memory with raw keys', '', '| keys | RSS MiB | loaded in s |', '| --- | --- | --- |', ...rows, ''];
}

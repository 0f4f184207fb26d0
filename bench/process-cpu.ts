import { readFileSync } from 'node:fs';

/** Linux counts processor time in these. */
const ticksPerSecond = 100;

/** Processor time that a process and all its threads have used so far, in milliseconds, to the nearest ten. */
export function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The program's name stands in brackets and may hold anything; the fields after it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  if (user === undefined || system === undefined) throw new Error(`there is no processor time of ${pid}`);
  return ((user + system) * 1000) / ticksPerSecond;
}

/** Processor time that was used on this machine so far, by whatever it was, in milliseconds. */
export function machineCpuMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = first
    .split(/\s+/u)
    .slice(1)
    .map(Number);
  return ((user + nice + system + irq + softirq + steal) * 1000) / ticksPerSecond;
}

/** How much of its memory is in RAM, in MiB. */
export function residentMiBOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kib === undefined) throw new Error(`there is no memory size of ${pid}`);
  return Number(kib) / 1024;
}

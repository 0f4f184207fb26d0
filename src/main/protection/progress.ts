import type { WriteStream } from 'node:tty';

const barWidth = 30;
const drawMs = 100;

/** Calls `then` for the first thing that is told, and after that no more often than every `ms` milliseconds. */
export function every<T>(ms: number, then: (told: T) => void): (told: T) => void {
  let next = 0;
  return (told) => {
    const now = performance.now();
    if (now < next) return;
    next = now + ms;
    then(told);
  };
}

export interface Step {
  readonly stage: string;
  readonly done: number;
  /** Null where it is not known how much there is. */
  readonly total: number | null;
}

/** A line on the terminal that says how far a command has come; nothing where there is no terminal. */
export class ProgressBar {
  readonly #terminal: Pick<WriteStream, 'write' | 'isTTY'>;
  readonly show: (step: Step) => void;
  #shown = false;

  constructor(terminal: Pick<WriteStream, 'write' | 'isTTY'> = process.stderr) {
    this.#terminal = terminal;
    this.show = terminal.isTTY ? every(drawMs, (step) => this.#draw(step)) : () => undefined;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#terminal.write('\r\u001B[K');
    this.#shown = false;
  }

  #draw({ stage, done, total }: Step): void {
    this.#shown = true;
    this.#terminal.write(`\r\u001B[K${barText(stage, done, total)}`);
  }
}

function barText(stage: string, done: number, total: number | null): string {
  if (total === null || total === 0) return `${stage} ${done}`;
  const share = Math.min(1, done / total);
  const full = Math.floor(share * barWidth);
  return `${stage} [${'='.repeat(full)}${' '.repeat(barWidth - full)}] ${Math.floor(share * 100)} %`;
}

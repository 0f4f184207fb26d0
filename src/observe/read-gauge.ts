import { Gauge, type Registry } from 'prom-client';

export interface ReadGaugeOptions {
  readonly name: string;
  readonly help: string;
  /** The one label that tells the values apart; none when there is one value. */
  readonly label?: string;
}

/** A gauge whose value is looked up when the page is asked for, so that nothing keeps it up to date in between. */
export function addReadGauge(
  registry: Registry,
  { name, help, label }: ReadGaugeOptions,
  read: () => number | Readonly<Record<string, number>>,
): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    collect: (): void => {
      const value = read();
      if (typeof value === 'number') return gauge.set(value);
      for (const [of, each] of Object.entries(value)) gauge.set({ [label ?? '']: of }, each);
    },
  });
}

/**
 * A metric label whose values come from requests: the first few stand for themselves, later ones share `other`, so that
 * no client can grow the metrics page without end.
 */
export class BoundedLabel {
  readonly #valuesMax: number;
  readonly #values = new Set<string>();

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  of(value: string): string {
    if (this.#values.has(value)) return value;
    if (this.#values.size >= this.#valuesMax) return 'other';
    this.#values.add(value);
    return value;
  }
}

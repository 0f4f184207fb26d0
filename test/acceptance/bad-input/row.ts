import type { SignerProcess } from '../../support/signer-process.ts';
import type { SampleKey } from '../../support/setup.ts';

/** What came back, however it was sent. */
export interface Reply {
  readonly status: number;
  /** The `tidemark-error` header, or null. */
  readonly code: string | null;
}

export interface Target {
  readonly signer: SignerProcess;
  /** May sign everything on any chain. */
  readonly key: SampleKey;
  /** May sign consensus requests of one chain only, and no more than 1,000 levels ahead. */
  readonly strictKey: SampleKey;
  /** Listed in the configuration, held by no vault. */
  readonly missingPkh: string;
}

/** One line of the catalogue of bad input (spec: reliability, 7.2). */
export interface Row<Asked = Target> {
  /** The number in the catalogue. */
  readonly row: number;
  readonly input: string;
  readonly status: number;
  readonly code: string | null;
  /** Why the answer is another than the catalogue's: what the API of the product that we replace says wins. */
  readonly overruled?: string;
  readonly send: (target: Asked) => Promise<Reply>;
}

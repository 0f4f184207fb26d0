import type { ScratchFolder } from '../support/signer-process.ts';

/** A store that several signers may hold at once, on a server of this test's own. */
export interface SharedStore {
  /** As a test and the summary call it. */
  readonly name: string;
  /** @returns false where it cannot run here, after the summary was told so */
  start(): Promise<boolean>;
  /** What a configuration says to reach it, by both doors. @param folder for files that it names */
  configText(folder: ScratchFolder): StoreDoors;
  /** Ends the server, and what it kept. */
  stop(): Promise<void>;
}

export interface StoreDoors {
  /** The value of `anti_slashing`. */
  readonly antiSlashing: string;
  /** The value of `watermark`. */
  readonly watermark: string;
  /** More of the environment of the signers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Commands of the program that are run once, before the first signer starts. */
  readonly before?: readonly (readonly string[])[];
}

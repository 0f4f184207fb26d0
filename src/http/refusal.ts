/** What a client is told when it does not get what it asked for. */
export interface Refusal {
  readonly status: number;
  /** The machine code: it never changes, and clients compare it instead of the text. */
  readonly code: string;
  readonly message: string;
}

/**
 * How a listener words an error. Each family of clients parses another envelope.
 *
 * @param path of the request, without query; empty when it is not known
 */
export type ErrorBody = (refusal: Refusal, path: string) => string;

/** The header that carries an error's machine code: Signatory's envelope has no room for one. */
export const codeHeader = 'tidemark-error';

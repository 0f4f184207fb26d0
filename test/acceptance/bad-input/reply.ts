import type { Answer } from '../../support/signer-process.ts';
import type { RawAnswer } from './raw-request.ts';
import type { Reply } from './row.ts';

/** What a row compares, of an answer that an HTTP client read. */
export function replyOf({ status, headers }: Answer): Reply {
  return { status, code: headers.get('tidemark-error') };
}

/** The same of an answer that was read from the socket. */
export function rawReply({ status, header }: RawAnswer): Reply {
  return { status, code: header('tidemark-error') };
}

/**
 * The one class of thrown error. Faults are thrown; expected outcomes (verdicts, policy answers) are values.
 * Rooms know no HTTP: `http/errors.ts` alone turns a code into a status.
 */

/** Why a request cannot be understood. Nothing was recorded. */
type InputCode =
  | 'body_empty'
  | 'json_syntax'
  | 'json_encoding'
  | 'json_type'
  | 'json_trailing'
  | 'json_too_deep'
  | 'json_too_complex'
  | 'json_duplicate_key'
  | 'json_forbidden_key'
  | 'hex_invalid'
  | 'base58check'
  | 'unknown_kind'
  | 'truncated'
  | 'trailing_bytes'
  | 'malformed_request'
  | 'number_range'
  | 'signing_version'
  | 'beyond_future_bound'
  | 'proof_of_possession'
  /** A value of the request is missing, or there are two where one belongs, or it has another form than it must. */
  | 'field_missing'
  | 'field_invalid'
  | 'ambiguous_body'
  /** A number that is no decimal text of a uint64. */
  | 'uint64_range'
  /** Longer than its type of SSZ allows. */
  | 'ssz_limit'
  /** A fork version that the network does not have, or not for this type. */
  | 'fork_mismatch'
  /** The root that the client gave is not the one of what it sent. */
  | 'signing_root_mismatch'
  /** The request names no network, and which one is meant was not configured. */
  | 'network_ambiguous';

/** Why a request is turned away before its content is looked at. */
type TransportCode =
  | 'path_invalid'
  | 'http_malformed'
  | 'host_not_allowed'
  /** The signer has TLS on, and this is the listener without it. */
  | 'tls_required'
  | 'body_too_large'
  | 'content_encoding'
  | 'request_timeout'
  | 'headers_too_large';

/** Why a request that is understood is none of ours. Nothing was recorded. */
type ForeignCode = 'wrong_network';

/** Why no answer about protection can be given. Never a yes, never a known conflict. */
type StoreCode = 'store_unavailable' | 'store_failed' | 'store_corrupt' | 'lane_frozen';

/** Why the program does not start, or a command does not run. */
type StartCode =
  | 'config_invalid'
  | 'store_in_use'
  | 'vault_invalid'
  | 'key_invalid'
  | 'password_wrong'
  /** A password that no keystore can have: not UTF-8, or too long. */
  | 'password_invalid'
  /** A file that is no EIP-2335 keystore of version 4, or an incomplete one. */
  | 'keystore_invalid'
  /** Parameters of a key derivation that are too costly to try, or that protect nothing. */
  | 'kdf_params'
  /** A keystore that claims another public key than that of its secret. */
  | 'pubkey_mismatch'
  | 'addon_missing'
  | 'address_in_use';

/** Why a request that was understood cannot be served now. */
type ServiceCode = 'overloaded' | 'shutting_down' | 'reload_running' | 'signature_invalid' | 'internal';

export type FaultCode = InputCode | ForeignCode | TransportCode | StoreCode | StartCode | ServiceCode;

export type Facts = Readonly<Record<string, string | number | bigint | boolean | null>>;

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  /** What is known about this failure, for logs: public data only. */
  readonly facts: Facts;

  /**
   * @param code which failure this is; compare this, never the text
   * @param message one sentence for a person; it never holds a secret
   */
  constructor(code: FaultCode, message: string, options: { facts?: Facts; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }
}

export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** Ends the program's belief in itself: a condition that no input can cause does not hold. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${sentence}`);
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A short stable word for any thrown thing: the fault's code, or `internal`. */
export function errorCode(error: unknown): FaultCode {
  return error instanceof Fault ? error.code : 'internal';
}

/** The `code` of a system's or library's error (`ENOSPC`), or null: a fault's code is another matter. */
export function errnoOf(error: unknown): string | null {
  if (error instanceof Fault || typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

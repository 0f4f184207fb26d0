import { errorCode, type FaultCode } from '../base/fault.ts';

/** The one table from a fault to a status. What is not listed is a bug of ours: 500. */
const statuses: Partial<Record<FaultCode, number>> = {
  body_empty: 400,
  json_syntax: 400,
  json_encoding: 400,
  json_type: 400,
  json_trailing: 400,
  json_too_deep: 400,
  json_too_complex: 400,
  json_duplicate_key: 400,
  json_forbidden_key: 400,
  hex_invalid: 400,
  base58check: 400,
  unknown_kind: 400,
  truncated: 400,
  trailing_bytes: 400,
  malformed_request: 400,
  number_range: 400,
  beyond_future_bound: 400,
  proof_of_possession: 400,
  field_missing: 400,
  field_invalid: 400,
  ambiguous_body: 400,
  uint64_range: 400,
  ssz_limit: 400,
  fork_mismatch: 400,
  signing_root_mismatch: 400,
  network_ambiguous: 400,
  path_invalid: 400,
  http_malformed: 400,
  host_not_allowed: 403,
  tls_required: 403,
  wrong_network: 403,
  reload_running: 409,
  body_too_large: 413,
  content_encoding: 415,
  request_timeout: 408,
  headers_too_large: 431,
  store_unavailable: 503,
  store_failed: 503,
  store_corrupt: 503,
  lane_frozen: 503,
  overloaded: 503,
  shutting_down: 503,
};

/** The HTTP status of anything that was thrown. */
export function statusOf(error: unknown): number {
  return statuses[errorCode(error)] ?? 500;
}

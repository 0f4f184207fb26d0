import type { Facts } from '../../base/fault.ts';

/** What the file store tells the rest of the program: the numbers of Signatory's file metrics, and its log lines. */
export interface FileStoreObserver {
  /** One read of a file at the start, or one durable write: `watermark_file_operations_total`, `watermark_file_latency_seconds`. */
  operation(kind: 'read' | 'write', result: 'success' | 'error', seconds: number): void;
  info(message: string, fields: Facts): void;
  warn(message: string, fields: Facts): void;
}

import type { Facts } from '../../base/fault.ts';

/** What the file store tells the rest of the program: the numbers of Signatory's file metrics, and its log lines. */
export interface FileStoreObserver {
  /**
   * One read at the start, or one durable write: `watermark_file_operations_total`, `watermark_file_latency_seconds`.
   */
  operation(kind: 'read' | 'write', result: 'success' | 'error', seconds: number): void;
  info(message: string, fields: Facts): void;
  warn(message: string, fields: Facts): void;
}

/** Does the work, and tells how it went. */
export async function observed<T>(
  observer: FileStoreObserver,
  kind: 'read' | 'write',
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let result: 'success' | 'error' = 'error';
  try {
    const answer = await work();
    result = 'success';
    return answer;
  } finally {
    observer.operation(kind, result, (performance.now() - started) / 1000);
  }
}

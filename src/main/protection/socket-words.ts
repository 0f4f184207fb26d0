import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { LaneRecord } from '../../protection/store.ts';

/** What a running signer answers on its protection socket, as commands read it. */

const refusal = z.object({
  // Whatever else a newer signer says is said as it stands.
  code: z
    .enum([
      'body_empty',
      'body_too_large',
      'json_syntax',
      'json_encoding',
      'json_trailing',
      'json_too_deep',
      'json_too_complex',
      'json_duplicate_key',
      'json_forbidden_key',
      'number_range',
      'field_missing',
      'field_invalid',
      'uint64_range',
      'beyond_future_bound',
      'config_invalid',
      'store_unavailable',
      'store_failed',
      'store_corrupt',
      'shutting_down',
    ])
    .catch('store_unavailable'),
  message: z.string(),
});

const exportSummary = z.object({ genesis_validators_root: z.string(), keys: z.number(), marks: z.number() });

const importSummary = z.object({
  network: z.string(),
  genesis_validators_root: z.string(),
  entries: z.number(),
  keys: z.number(),
  marks: z.number(),
  raised: z.number(),
  slashable: z.number(),
});

const entryResult = z.object({
  key: z.string(),
  block: z.string().nullable(),
  attestation: z.string().nullable(),
  result: z.enum(['raised', 'kept', 'empty']),
  slashable: z.boolean(),
});

const importLine = z.union([
  z.object({ summary: importSummary }),
  z.object({ error: refusal }),
  z.object({ entry: entryResult }),
  z.object({
    progress: z.object({ stage: z.enum(['checking', 'importing']), done: z.number(), total: z.number() }),
  }),
]);

export type ImportLine = z.output<typeof importLine>;

/** @throws Error for what no signer says */
export function parseImportLine(text: string): ImportLine {
  return importLine.parse(JSON.parse(text));
}

export function parseExportSummary(text: string): z.output<typeof exportSummary> {
  return exportSummary.parse(JSON.parse(text));
}

const number = z.string().transform(BigInt);

const marks = z.object({
  marks: z.array(
    z.object({
      network: z.string(),
      key: z.string(),
      duty: z.enum(['block', 'attestation']),
      closed: z.boolean(),
      mark: z.object({ height: number, floor: number, root: z.string().nullable() }).nullable(),
    }),
  ),
});

/** What one key has signed last. */
export function parseMarks(text: string): readonly LaneRecord[] {
  return marks.parse(JSON.parse(text)).marks.map(({ network, key, duty, closed, mark }) => ({
    lane: { chain: 'ethereum', network, key, duty },
    mark: mark === null ? null : { ...mark, round: 0n },
    closed,
  }));
}

/** What a signer refused, as a fault of our own. */
export function parseRefusal(text: string): Fault {
  return faultOf(refusal.parse(JSON.parse(text)));
}

export function faultOf({ code, message }: z.output<typeof refusal>): Fault {
  return new Fault(code, message);
}

import { z } from 'zod';
import { Fault } from '../../base/fault.ts';

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

/** What a signer refused, as a fault of our own. */
export function parseRefusal(text: string): Fault {
  return faultOf(refusal.parse(JSON.parse(text)));
}

export function faultOf({ code, message }: z.output<typeof refusal>): Fault {
  return new Fault(code, message);
}

import { Fault } from '../../base/fault.ts';

export function corruptDocument(sentence: string): Fault {
  const text =
    `${sentence}. Nothing was changed. Do not delete the document to get started again: ` +
    'see docs/troubleshooting.md#store-corrupt';
  return new Fault('store_corrupt', text);
}

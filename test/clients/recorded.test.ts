import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../oracle/message.ts';
import type { Recorded } from './exchange.ts';
import { clients, record } from './record.ts';

/**
 * The recorded requests are what the clients' forms make of the samples, byte for byte, so that neither drifts; with
 * `TIDEMARK_RECORD=1` they are written anew. The oracle, which builds roots by hand, agrees with Lodestar's library on
 * those that it knows.
 */
for (const client of clients) {
  const file = fileURLToPath(new URL(`../../../test/clients/recorded/${client.name}.json`, import.meta.url));
  const made = record(client);

  test(`what ${client.name} sends is what is recorded`, () => {
    if (process.env['TIDEMARK_RECORD'] === '1') writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')) as Recorded[], made);
  });

  test(`the oracle finds the roots that ${client.name} wants signed`, () => {
    const known = made.flatMap(({ body, signingRoot }) => {
      const found = messageOf(body).signingRoot;
      return found === null ? [] : [{ found, signingRoot }];
    });
    assert.ok(known.length >= 6, `${known.length} roots are known`);
    for (const { found, signingRoot } of known) assert.equal(found, signingRoot);
  });
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newEthereumKey, signPath } from '../../support/ethereum-setup.ts';
import { bodyTextOf, combinationsOf, flawed, flaws, signedVote } from './flaws.ts';
import { rawRequest } from './raw-request.ts';
import { sized } from './raw-text.ts';
import { rawReply } from './reply.ts';
import { WatchedSigner } from './watched-signer.ts';

/** When several things are wrong at once, the answer is always that to the first, and nothing is recorded. */
const key = newEthereumKey();
let watched: WatchedSigner;
let signature: string;

before(async () => {
  watched = await WatchedSigner.start([key]);
  signature = (await watched.sign(key, signedVote)).body;
});

after(async () => await watched.end());

// Room is what only a test within the program can take away: test/sabotage/pipeline.test.ts does.
for (const [first, ...later] of combinationsOf(flaws.filter(({ code }) => code !== 'overloaded'))) {
  const others = later.length > 1 ? 'everything after it' : (later[0]?.what ?? 'nothing else');
  test(`${first.what} and ${others}: ${first.status} ${first.code}`, async () => {
    const recorded = watched.recorded();
    const request = flawed(key.publicKey, [first, ...later]);
    const text = sized(signPath(request.identifier), [], bodyTextOf(request), request.host);
    const reply = rawReply(await rawRequest(watched.signer.api, [text]));
    assert.deepEqual(reply, { status: first.status, code: first.code });
    assert.equal(watched.recorded(), recorded, 'nothing is recorded');
    assert.equal((await watched.sign(key, signedVote)).body, signature);
  });
}

test('another key signs after all of this', async () => await watched.checkOthers());

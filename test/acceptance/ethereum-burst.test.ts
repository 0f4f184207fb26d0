import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Transcript } from '../oracle/entry.ts';
import { judge } from '../oracle/judge.ts';
import { attestationBody, blockBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

const width = 64;
const positions = 20;
const folder = new ScratchFolder();
const key = newEthereumKey();
let signer: SignerProcess;

before(async () => {
  signer = await startEthereum(writeEthereumSetup(folder, { keys: [key] }), [key]);
});

after(async () => {
  await signer.stop();
  folder.remove();
});

const bursts: readonly (readonly [what: string, bodies: (position: number) => readonly string[]])[] = [
  [
    'votes for one target, each for another head',
    (position) => each((index) => attestationBody({ source: 60_000, target: 60_001 + position, fill: index })),
  ],
  [
    'votes that surround each other',
    (position) =>
      each((index) => {
        const middle = 70_000 + position * 3 * width;
        return attestationBody({ source: middle - index - 1, target: middle + index });
      }),
  ],
  ['blocks for one slot', (position) => each((index) => blockBody({ slot: 2_000_000 + position, fill: index }))],
];

for (const [what, bodies] of bursts) {
  test(`of ${width} ${what}, asked at once, the oracle sees at most one signed that must stand alone`, async () => {
    const transcript = new Transcript();
    for (let position = 0; position < positions; position += 1) {
      const asked = bodies(position).map(async (body) => await ask(transcript, body));
      const statuses = await Promise.all(asked);
      assert.ok(statuses.every((status) => status === 200 || status === 412));
      assert.ok(statuses.includes(200), 'one of them was free to be signed');
    }
    const { offences, signatures, refusals } = judge(transcript.entries, { oneOf: 4 });
    assert.deepEqual(offences, []);
    assert.equal(signatures + refusals, positions * width);
    assert.equal(signatures, positions, 'one for each position');
  });
}

test(`${width} times the same vote at once is ${width} times the same signature`, async () => {
  const transcript = new Transcript();
  const body = attestationBody({ source: 80_000, target: 80_001 });
  const statuses = await Promise.all(each(() => body).map(async (same) => await ask(transcript, same)));
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.deepEqual(judge(transcript.entries).offences, []);
});

async function ask(transcript: Transcript, body: string): Promise<number | undefined> {
  const send = async () => await signer.post(signPath(key.publicKey), body);
  return (await transcript.ask(key.publicKey, body, send))?.status;
}

function each(make: (index: number) => string): readonly string[] {
  return Array.from({ length: width }, (_, index) => make(index));
}

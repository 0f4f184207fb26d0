import assert from 'node:assert/strict';
import type { Channel, Reply } from './channel.ts';
import { dutiesOf, type Duty, variants } from './duties.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** How many requests are sent together. */
export const burstWidth = 100;

/** Who cannot tell is asked again; so often, at most, for one place. */
const askedAgainMax = 10 * burstWidth;

interface Place {
  readonly duty: Duty;
  readonly subject: Subject;
  readonly place: number;
  /** Which signer is asked first. */
  readonly first: number;
}

/** What came of a place: how many different messages were signed, and which signers signed. */
export interface Outcome {
  readonly what: string;
  readonly winners: number;
  readonly signatures: number;
  /** How many requests had to be asked again, because somebody could not tell. */
  readonly askedAgain: number;
  /** Signers that signed. */
  readonly signers: ReadonlySet<number>;
}

interface Asked {
  readonly body: string;
  readonly signer: number;
  readonly reply: Reply;
}

/** One place after the other, by turns of every key and every duty that it has. */
export async function burstAll(
  channels: readonly Channel[],
  { subjects, places }: { readonly subjects: readonly Subject[]; readonly places: number },
  tally: Tally,
): Promise<readonly Outcome[]> {
  const lanes = subjects.flatMap((subject) => dutiesOf(subject).map((duty) => ({ subject, duty })));
  const outcomes: Outcome[] = [];
  for (let index = 0; index < places; index += 1) {
    const lane = lanes[index % lanes.length];
    assert.ok(lane);
    outcomes.push(await burst(channels, { ...lane, place: Math.floor(index / lanes.length), first: index }, tally));
  }
  return outcomes;
}

/**
 * Asks for everything that a place has, and some of it twice, of all signers at once. Who cannot tell is asked again,
 * until everybody has said yes or no.
 */
async function burst(channels: readonly Channel[], at: Place, tally: Tally): Promise<Outcome> {
  const asked = await Promise.all(
    requestsOf(at).map(async (body, index) => await askOf(channels, at, { body, signer: at.first + index, tally })),
  );
  const { settled, askedAgain } = await settle(channels, at, asked, tally);
  const signed = settled.filter(({ reply }) => reply.status === 200);
  return {
    what: at.duty.what,
    winners: new Set(signed.map(({ body }) => body)).size,
    signatures: new Set(signed.map(({ reply }) => reply.body)).size,
    askedAgain,
    signers: new Set(signed.map(({ signer }) => signer)),
  };
}

/**
 * Asks those again who could not tell, a few at a time, as clients do who are patient: a burst is more than some
 * emulators can take, and the same burst again would be, too.
 */
async function settle(
  channels: readonly Channel[],
  at: Place,
  asked: readonly Asked[],
  tally: Tally,
): Promise<{ readonly settled: readonly Asked[]; readonly askedAgain: number }> {
  const settled = asked.filter((one) => !isUnknown(one));
  const unknown = asked.filter(isUnknown);
  let askedAgain = 0;
  while (unknown.length > 0) {
    const few = unknown.splice(0, channels.length);
    askedAgain += few.length;
    assert.ok(askedAgain <= askedAgainMax, `somebody still cannot tell: ${few[0]?.reply.body}`);
    const again = await Promise.all(
      few.map(async ({ body, signer }) => await askOf(channels, at, { body, signer: signer + 1, tally })),
    );
    for (const one of again) (isUnknown(one) ? unknown : settled).push(one);
  }
  return { settled, askedAgain };
}

/** The last ones repeat the first ones, some at the same signer and some at another. */
function requestsOf({ duty, place }: Place): readonly string[] {
  const half = (burstWidth - variants) / 2;
  return Array.from({ length: burstWidth }, (_, index) =>
    duty.bodyAt(place, index < variants ? index : (index - variants) % half),
  );
}

async function askOf(
  channels: readonly Channel[],
  { subject }: Place,
  { body, signer, tally }: { body: string; signer: number; tally: Tally },
): Promise<Asked> {
  const index = signer % channels.length;
  const reply = await subject.ask(channels[index] ?? assert.fail('there is no signer'), body, tally);
  assert.ok(reply !== null, 'every signer answers');
  return { body, signer: index, reply };
}

function isUnknown({ reply }: Asked): boolean {
  return reply.status === 503;
}

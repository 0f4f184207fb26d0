import { composeAttestation } from '../../tezos/compose.ts';
import type { Scratch } from './scratch.ts';

/** The sandbox chain of octez: worth nothing anywhere. */
const chainId = 'NetXo5iVw1vBoxM';
const firstLevel = 100;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the running signer, over HTTP like any baker: one attestation by each key, then a second one that conflicts with
 * the first, then the first again. Prints what came back.
 *
 * @throws Error when the signer did not answer as promised: a trial that fails must say so
 */
export async function demonstrate(api: string, keys: Scratch['keys']): Promise<void> {
  for (const { pkh } of keys) {
    const signed = await ask(api, pkh, attestation(firstLevel, 1));
    expect(signed, 200);
    console.log(`  signed   ${pkh}  attestation of level ${firstLevel}  ${signed.text.slice(14, 44)}…`);
    const double = await ask(api, pkh, attestation(firstLevel, 2));
    expect(double, 409);
    console.log(`  refused  ${pkh}  another attestation of level ${firstLevel}: 409 ${messageOf(double)}`);
    const again = await ask(api, pkh, attestation(firstLevel, 1));
    expect(again, 200);
    if (again.text !== signed.text) throw new Error(`${pkh} gave two signatures for the same bytes`);
  }
}

/** The body of a request that the demonstration has not used: for the reader to send. */
export function nextBody(): string {
  return JSON.stringify(Buffer.from(attestation(firstLevel + 1, 1)).toString('hex'));
}

/** The same level with another payload: for the reader to see it refused. */
export function conflictingBody(): string {
  return JSON.stringify(Buffer.from(attestation(firstLevel + 1, 2)).toString('hex'));
}

function attestation(level: number, payload: number): Uint8Array {
  return composeAttestation({ chainId, level, round: 0, payloadHash: new Uint8Array(32).fill(payload) });
}

async function ask(api: string, pkh: string, message: Uint8Array): Promise<Answer> {
  const body = JSON.stringify(Buffer.from(message).toString('hex'));
  const response = await fetch(`${api}/keys/${pkh}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: (await response.text()).trim() };
}

function messageOf({ text }: Answer): string {
  return /"msg":"([^"]*)"/u.exec(text)?.[1] ?? text;
}

function expect({ status, text }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`the signer answered ${status} where ${wanted} was due: ${text}`);
}

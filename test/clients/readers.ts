import assert from 'node:assert/strict';
import type { ClientAnswer } from './exchange.ts';

/** How clients read what the signer answers, each as strict as it is. */

export function json({ contentType, body }: ClientAnswer): string {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  assert.equal(mediaType, 'application/json', 'the answer is not declared as JSON');
  return signatureIn(body);
}

/** JSON by the start of its content type, anything else as hex without a byte around it. */
export function textOrJson(answer: ClientAnswer): string {
  return answer.contentType?.startsWith('application/json') === true ? signatureIn(answer.body) : text(answer);
}

/** As `textOrJson`, where an answer without a content type is none. */
export function typedTextOrJson(answer: ClientAnswer): string {
  assert.ok(answer.contentType !== null && answer.contentType !== '*/*', 'the answer has no content type');
  return textOrJson(answer);
}

/** The body and nothing else: not so much as a newline after it. */
export function text({ body }: ClientAnswer): string {
  assert.match(body, /^0x[0-9a-f]{192}$/u, `this is no signature: ${JSON.stringify(body.slice(0, 220))}`);
  return body;
}

function signatureIn(body: string): string {
  const { signature } = JSON.parse(body) as { signature?: unknown };
  assert.ok(typeof signature === 'string', `there is no signature in ${body.slice(0, 220)}`);
  return text({ status: 200, contentType: null, body: signature });
}

/** Its own words for the status; the body never reaches the operator. */
export function statusAlone({ status }: ClientAnswer): string {
  return `${status}`;
}

/** @throws Error when the body is no JSON with a text `error` */
export function errorMember({ body }: ClientAnswer): string {
  const { error } = JSON.parse(body) as { error?: unknown };
  assert.ok(typeof error === 'string' && error !== '', `there is no error in ${body}`);
  return error;
}

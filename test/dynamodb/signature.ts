import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Is this request signed as AWS demands (Signature Version 4)? The emulators look at no signature, so nothing else in
 * the tests would notice that the service turns every request away. Written from AWS's description of the algorithm,
 * by itself: no code of the signer, or of its library, is in it.
 *
 * @returns what is wrong, null when nothing is
 */
export function signatureProblem(request: IncomingMessage, body: Buffer, credentials: AwsCredentials): string | null {
  const parts = partsOf(request.headers.authorization ?? '');
  if (parts === null) return 'the Authorization header has another form';
  const [keyId, date, region, service, end] = parts.scope.split('/');
  const time = String(request.headers['x-amz-date']);
  if (keyId !== credentials.accessKeyId) return `signed by ${keyId}`;
  if (service !== 'dynamodb' || end !== 'aws4_request' || !region) return `the scope is ${parts.scope}`;
  if (!/^\d{8}T\d{6}Z$/u.test(time) || !time.startsWith(`${date}T`)) return `the date is ${time}`;
  const unsigned = ['host', 'x-amz-date', 'x-amz-target'].filter((name) => !parts.signed.includes(name));
  if (unsigned.length > 0) return `not signed: ${unsigned.join(', ')}`;
  const token = request.headers['x-amz-security-token'];
  if (token !== credentials.sessionToken) return 'the session token is another one';
  if (token !== undefined && !parts.signed.includes('x-amz-security-token')) return 'the session token is not signed';
  const scope = [date, region, service, end].join('/');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalText(request, body, parts.signed))].join('\n');
  const key = [date ?? '', region, service, end].reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  return hmac(key, text).toString('hex') === parts.signature ? null : 'the signature does not match the request';
}

interface Parts {
  readonly scope: string;
  readonly signed: readonly string[];
  readonly signature: string;
}

function partsOf(authorization: string): Parts | null {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/u;
  const [, scope, signed, signature] = form.exec(authorization) ?? [];
  if (scope === undefined || signed === undefined || signature === undefined) return null;
  return { scope, signed: signed.split(';'), signature };
}

function canonicalText(request: IncomingMessage, body: Buffer, signed: readonly string[]): string {
  const headers = signed.map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/gu, ' ')}\n`);
  const query = '';
  return [request.method, request.url, query, headers.join(''), signed.join(';'), sha256(body)].join('\n');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

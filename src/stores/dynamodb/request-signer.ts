import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { CredentialSource } from './credentials.ts';

/** The hash that SignatureV4 asks for, on Node's. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function keyOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret);
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
}

/** Signs requests to DynamoDB as AWS wants them signed (Signature Version 4). */
export class RequestSigner {
  readonly #endpoint: URL;
  readonly #signature: SignatureV4;

  constructor(endpoint: URL, region: string, credentials: CredentialSource) {
    this.#endpoint = endpoint;
    this.#signature = new SignatureV4({ region, service: 'dynamodb', credentials, sha256: Sha256 });
  }

  /** @returns the headers of a POST of `body` for an action such as `PutItem` */
  async headers(action: string, body: Buffer): Promise<Record<string, string>> {
    const { protocol, hostname, host, pathname: path } = this.#endpoint;
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.length),
      'x-amz-target': `DynamoDB_20120810.${action}`,
    };
    const signed = await this.#signature.sign({ method: 'POST', protocol, hostname, path, query: {}, headers, body });
    return signed.headers;
  }
}

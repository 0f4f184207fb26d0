import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

/** A certificate and its key, both PEM, made for one test: it is trusted by whoever is given it. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly name?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const dayMs = 86_400_000;

/**
 * A self-signed certificate for `localhost` and 127.0.0.1 on P-256 (RFC 5280): Node can read certificates but not make
 * them.
 */
export function makeCertificate(options: CertificateOptions = {}): Certificate {
  const { name = 'localhost' } = options;
  const { notBefore = new Date(Date.now() - dayMs), notAfter = new Date(Date.now() + dayMs) } = options;
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const commonName = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
  const hosts = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extension = sequence(oid('551d11'), der(0x04, hosts));
  const serial = der(0x02, Buffer.from([1 + Math.floor(Math.random() * 100)]));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    commonName,
    sequence(time(notBefore), time(notAfter)),
    commonName,
    pair.publicKey,
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', content, createPrivateKey(pair.privateKey));
  const certificate = sequence(content, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString('base64').replace(/.{64}/gu, '$&\n');
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: pair.privateKey };
}

/** One value of DER: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/gu, '')));
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { isFault } from '../../src/base/fault.ts';
import { addressOf } from '../../src/stores/postgres/address.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { ethereumLane, mark } from '../contract/samples.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type PostgresServer, serverOfFile } from '../support/postgres-server.ts';

const certificate = makeCertificate();
const other = makeCertificate();
const files = { 'server.crt': certificate.cert, 'server.key': certificate.key, 'other.crt': other.cert };
const server = await serverOfFile({ files });
if (server !== null) secrets(server);

function text(url: string, allowPlaintext = false) {
  return { url, password: null, allowPlaintext, setting: 'anti_slashing.url' };
}

function misfit(url: string, allowPlaintext = false): string {
  try {
    addressOf(text(url, allowPlaintext));
  } catch (error) {
    assert(isFault(error, 'config_invalid'));
    return error.message;
  }
  return '';
}

test('P-13: an address is verified by default, and in the clear only where that is said', () => {
  const tls = addressOf(text('postgres://signer:p%40ss@db.example/marks')).tls;
  assert.equal(tls?.rejectUnauthorized, true);
  assert.equal(typeof tls?.checkServerIdentity, 'function');
  const [full, named] = ['verify-full', 'require'].map(
    (mode) => addressOf(text(`postgres://s@db.example/m?sslmode=${mode}`)).tls?.checkServerIdentity,
  );
  assert.equal(full, tls?.checkServerIdentity);
  assert.equal(named, full, 'require is no less');
  const ca = addressOf(text('postgres://s@db.example/m?sslmode=verify-ca')).tls;
  assert.equal(ca?.rejectUnauthorized, true);
  assert.notEqual(ca?.checkServerIdentity, full);
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    assert.equal(addressOf(text(`postgres://s@${host}/m?sslmode=disable`)).tls, null);
  assert.notEqual(addressOf(text('postgres://s@127.0.0.1/m')).tls, null, 'this machine, too');
  assert.match(
    misfit('postgres://s@db.example/m?sslmode=disable'),
    /in the clear to another machine.*allow_plaintext/u,
  );
  assert.equal(misfit('postgres://s@db.example/m?sslmode=disable', true), '');
  assert.equal(addressOf(text('postgres://s@localhost/m?host=/var/run/postgresql')).host, '/var/run/postgresql');
});

test('P-14: an address that cannot be read is named by its setting, and never quoted', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['s3cret', /it is no URL/u],
    ['postgres://u:s3cret@[/m', /it is no URL/u],
    ['postgres://u:s3cret@db:99999/m', /it is no URL/u],
    ['mysql://u:s3cret@db/m', /does not begin with postgres/u],
    ['postgres://:s3cret@db/m', /names no user/u],
    ['postgres://u:s3cret@db', /names no database/u],
    ['postgres://u:s3cret@db/', /names no database/u],
    ['postgres:///m', /names no host/u],
    ['postgres://u:s3cret%zz@db/m', /"%"/u],
    ['postgres://u:s3cret@db/m?sslmode=prefer', /sslmode is "prefer"; expected verify-full, verify-ca or disable/u],
    ['postgres://u:s3cret@db/m?sslmode=allow', /sslmode is "allow"/u],
    ['postgres://u:s3cret@db/m?options=-c', /parameter "options" that is not known/u],
    ['postgres://u:s3cret@db/m?sslrootcert=/nowhere.pem', /sslrootcert names \/nowhere\.pem.*ENOENT/u],
  ];
  for (const [url, named] of cases) {
    const message = misfit(url);
    assert.match(message, named, url);
    assert.match(message, /^anti_slashing\.url: /u);
    assert.doesNotMatch(message, /s3cret/u);
  }
  const address = addressOf(text('postgres://u:s3cret@db/m'));
  assert.doesNotMatch(inspect(address, { depth: null }) + JSON.stringify(address), /s3cret/u);
});

function secrets(at: PostgresServer): void {
  const opened = async (changes: Parameters<PostgresServer['options']>[0]): Promise<unknown> => {
    try {
      await (await PostgresStore.open(at.options(changes))).end();
      return null;
    } catch (error) {
      return error;
    }
  };

  test('P-14: no fault says the password, whatever the server answers', async () => {
    const wrong = 'wrongs3cret';
    const errors = [
      await opened({ url: at.url({ user: `postgres:${wrong}` }) }),
      await opened({ password: wrong }),
      await opened({ url: at.url({ user: `nobody:${wrong}` }) }),
      await opened({ url: at.url({ user: `postgres:${at.password}` }).replace('/postgres?', '/nowhere?') }),
      await opened({ url: at.url({ port: 1 }) }),
      await opened({ url: at.url({ query: '' }) }),
    ];
    const codes = errors.map((error) => (isFault(error) ? error.code : String(error)));
    assert.deepEqual(codes, [
      'config_invalid',
      'config_invalid',
      'config_invalid',
      'config_invalid',
      'store_unavailable',
      'store_unavailable',
    ]);
    const printed = errors.map((error) => `${inspect(error, { depth: null })}${JSON.stringify(error)}`).join('\n');
    assert.doesNotMatch(printed, new RegExp(`${wrong}|${at.password}`, 'u'));
  });

  test('P-14: what a signing client reads holds neither address, rows, nor the server’s words', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    await at.query(`DROP TABLE "${options.schema}".stops CASCADE`);
    await assert.rejects(store.advance(ethereumLane(1), mark(1n)), (error) => {
      assert(isFault(error, 'store_corrupt'));
      assert.doesNotMatch(error.message, new RegExp(`${at.port}|127\\.0|${options.schema}|relation|stops`, 'u'));
      return true;
    });
    await store.end();
  });

  test('P-13: a server is believed only with a certificate that was given as right', async () => {
    await at.stop();
    const path = (name: string): string => join(at.folder, name);
    await at.run(['ssl=on', `ssl_cert_file=${path('server.crt')}`, `ssl_key_file=${path('server.key')}`]);
    const withTls = (query: string) => opened({ url: at.url({ query }) });
    assert.equal(await withTls(`?sslrootcert=${path('server.crt')}`), null);
    assert.equal(await withTls(`?sslmode=verify-ca&sslrootcert=${path('server.crt')}`), null);
    for (const query of ['', '?sslmode=require', '?sslmode=verify-ca', `?sslrootcert=${path('other.crt')}`]) {
      const error = await withTls(query);
      assert(isFault(error, 'store_unavailable'), `${query}: ${String(error)}`);
      assert.match(error.message, /certificate|SELF_SIGNED|CERT/u);
    }
    const encrypted = await PostgresStore.open(
      at.options({ url: at.url({ query: `?sslrootcert=${path('server.crt')}` }) }),
    );
    await encrypted.advance(ethereumLane(1), mark(1n));
    const rows = await at.query(
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'tidemark'`,
    );
    assert(rows.length > 0 && rows.every(([ssl]) => ssl === true));
    await encrypted.end();
  });

  test('force_ipv4 connects by IPv4, also where a name has both kinds of address', async () => {
    const byName = (url: string): string => url.replace('127.0.0.1', 'localhost');
    const store = await PostgresStore.open(at.options({ url: byName(at.url()), forceIpv4: true }));
    assert.equal((await store.advance(ethereumLane(1), mark(1n))).kind, 'advance');
    const rows = await at.query(`SELECT family(client_addr) FROM pg_stat_activity WHERE application_name = 'tidemark'`);
    assert(rows.length > 0 && rows.every(([family]) => family === 4));
    await store.end();
    const six = await opened({ url: at.url().replace('127.0.0.1', '[::1]'), forceIpv4: true });
    assert(isFault(six, 'store_unavailable'), 'an address of the other kind is not tried');
  });
}

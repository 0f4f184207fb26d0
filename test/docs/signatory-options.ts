/** For each row of the option table of docs/coming-from/signatory.md, a configuration that uses the option. */
const key = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

/** Vaults that Signatory has and this version has not. */
const drivers = 'awskms azure cloudkms confidentialspace hashicorpvault ledger nitro pkcs11 yubihsm'.split(' ');

export const samples: ReadonlyMap<string, string> = new Map([
  ['base_dir', 'base_dir: /var/lib/signatory'],
  ['server.address', 'server: { address: ":6732" }'],
  ['server.utility_address', 'server: { utility_address: "localhost:9583" }'],
  ['server.authorized_keys', 'server: { authorized_keys: [edpku2xWDRMNT1aeDqBvLoFQPQwYEJAjZZBDhMgPUcAMPEAmBqYyGT] }'],
  ['server.jwt', 'server: { jwt: { users: { baker: { password: x, secret: y } } } }'],
  ['watermark.driver: file', 'watermark: { driver: file }'],
  ['watermark.driver: mem', 'watermark: { driver: mem }'],
  ['watermark.driver: aws', 'watermark: { driver: aws, config: { region: us-east-1, table: watermark } }'],
  ['watermark.driver: gcp', 'watermark: { driver: gcp, config: { project: p } }'],
  ['policy_hook', 'policy_hook: { address: "http://127.0.0.1:6734/" }'],
  ['vaults.<name>.driver: file', 'vaults: { v: { driver: file, config: { file: /etc/secrets.json } } }'],
  ['vaults.<name>.driver: mem', 'vaults: { v: { driver: mem, config: ["env:BAKER_SECRET"] } }'],
  ...drivers.map((name) => [`vaults.<name>.driver: ${name}`, vault(name)] as const),
  ['tezos.<key> with nothing after it', `tezos: { ${key}: }`],
  ['tezos.<key>.allow', `tezos: { ${key}: { allow: { block: , endorsement: , generic: [transaction] } } }`],
  ['tezos.<key>.allowed_operations', policy('allowed_operations: [block, generic]')],
  ['tezos.<key>.allowed_kinds', policy('allowed_kinds: [transaction]')],
  ['tezos.<key>.allowed_chains', policy('allowed_chains: [NetXdQprcVkpaWU]')],
  ['tezos.<key>.allow_proof_of_possession', policy('allow_proof_of_possession: true')],
  ['tezos.<key>.log_payloads', policy('log_payloads: true')],
  ['tezos.<key>.authorized_keys', policy('authorized_keys: [edpku2xWDRMNT1aeDqBvLoFQPQwYEJAjZZBDhMgPUcAMPEAmBqYyGT]')],
  ['tezos.<key>.jwt_users', policy('jwt_users: [baker]')],
  ['a key that Signatory does not know either', 'watermarks: { driver: file }'],
]);

function vault(driver: string): string {
  return `vaults: { v: { driver: ${driver}, config: {} } }`;
}

function policy(line: string): string {
  return `tezos: { ${key}: { ${line} } }`;
}

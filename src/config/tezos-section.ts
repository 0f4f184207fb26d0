import { defaultTezosPolicy, type TezosPolicies, type TezosPolicy } from '../policy/tezos-policy.ts';
import { currentName, type RequestKind } from '../tezos/kinds.ts';
import type { Notice } from './config.ts';
import type { ParsedConfig } from './schema.ts';
import { isRequestKind } from './tezos-schema.ts';

type Section = ParsedConfig['tezos'];
type ParsedPolicy = NonNullable<Section[string]>;

/** The policies of the `tezos` section; what is deprecated or of no effect in them is added to `notices`. */
export function tezosPolicies(section: Section, notices: Notice[]): TezosPolicies {
  return new Map(Object.entries(section).map(([pkh, parsed]) => [pkh, policyOf(parsed, new Remarks(pkh, notices))]));
}

class Remarks {
  readonly pkh: string;
  readonly #notices: Notice[];

  constructor(pkh: string, notices: Notice[]) {
    this.pkh = pkh;
    this.#notices = notices;
  }

  warn(sentence: string): void {
    this.#notices.push({ level: 'warn', text: `tezos.${this.pkh}: ${sentence}` });
  }
}

interface Allowed {
  readonly requestKinds: ReadonlySet<RequestKind>;
  readonly operationKinds: ReadonlySet<string>;
}

function policyOf(parsed: ParsedPolicy | null, remarks: Remarks): TezosPolicy {
  if (parsed === null) return defaultTezosPolicy;
  const allowed = allowedBy(parsed, remarks);
  warnOfNoEffect(parsed, allowed, remarks);
  return {
    ...allowed,
    allowedChains: parsed.allowed_chains === undefined ? null : new Set(parsed.allowed_chains),
    allowProofOfPossession: parsed.allow_proof_of_possession,
    logPayloads: parsed.log_payloads,
  };
}

function allowedBy(parsed: ParsedPolicy, remarks: Remarks): Allowed {
  const { allow, allowed_operations: oldKinds, allowed_kinds: oldOperations } = parsed;
  const old = (oldKinds ?? null) !== null || (oldOperations ?? null) !== null;
  if (allow !== undefined && allow !== null) {
    if (old) remarks.warn('`allowed_operations` and `allowed_kinds` have no effect beside `allow`; remove them');
    return { requestKinds: kindsOf(Object.keys(allow), remarks), operationKinds: new Set(allow.generic ?? []) };
  }
  const allowed = { requestKinds: kindsOf(oldKinds ?? [], remarks), operationKinds: new Set(oldOperations ?? []) };
  const deprecated = '`allowed_operations` and `allowed_kinds` are deprecated; write instead:';
  if (old) remarks.warn(`${deprecated}\n${allowText(allowed)}`);
  return allowed;
}

function kindsOf(names: readonly string[], remarks: Remarks): ReadonlySet<RequestKind> {
  for (const name of names) {
    const current = currentName(name);
    if (current !== name) remarks.warn(`\`${name}\` is an old name, read as \`${current}\`; write that`);
  }
  return new Set(names.map(currentName).filter(isRequestKind));
}

/** The YAML that means the same. */
function allowText({ requestKinds, operationKinds }: Allowed): string {
  const lines = [...requestKinds].map((kind) => {
    const list = kind === 'generic' && operationKinds.size > 0 ? ` [${[...operationKinds].join(', ')}]` : '';
    return `    ${kind}:${list}`;
  });
  return ['  allow:', ...lines].join('\n');
}

function warnOfNoEffect(parsed: ParsedPolicy, { requestKinds, operationKinds }: Allowed, remarks: Remarks): void {
  if (requestKinds.size === 0) remarks.warn('nothing may be signed, since `allow` is empty or absent');
  if (requestKinds.has('generic') && operationKinds.size === 0) {
    remarks.warn('`generic` is allowed, but no operation is: list their kinds after `generic:`');
  }
  if (parsed.allow_proof_of_possession && !remarks.pkh.startsWith('tz4')) {
    remarks.warn(`proof of possession is not supported for ${remarks.pkh}`);
  }
}

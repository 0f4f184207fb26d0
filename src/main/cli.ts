#!/usr/bin/env node
import { Command, Option } from 'commander';
import { logLevels } from '../observe/log.ts';
import { checkConfig } from './commands/check-config.ts';
import { dev } from './commands/dev.ts';
import { exportProtection } from './commands/export-protection.ts';
import { generateKeys } from './commands/generate-keys.ts';
import { importKey } from './commands/import-key.ts';
import { importProtection } from './commands/import-protection.ts';
import { listKeys } from './commands/list-keys.ts';
import { serve } from './commands/serve.ts';
import { showProtection } from './commands/show-protection.ts';
import { createTables } from './commands/create-tables.ts';
import { migrateProtection } from './commands/migrate-protection.ts';
import { stopAt } from './commands/stop-at.ts';
import { listOperations, listRequests } from './commands/tezos-kinds.ts';
import { exitCodeOf, explain } from './explain.ts';
import { endForms } from './migration/place.ts';
import { version } from './version.ts';

/** The command line. Each command is one function of `commands/`; what it throws is explained, never dumped. */
function program(): Command {
  const tidemark = new Command('tidemark')
    .description(
      'A remote signer for Tezos bakers and Ethereum validators: it records durably, then signs, then answers.',
    )
    .option('-c, --config <file>', 'the configuration file', '/etc/tidemark.yaml')
    .addOption(new Option('--log <level>', 'how much to log').choices([...logLevels]))
    .option('--base-dir <folder>', 'where the watermarks of Tezos live; wins over base_dir of the file')
    .option('--json-log', 'log one JSON object a line')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(tidemark --help lists the commands)')
    .addHelpText('after', examples);
  addSigning(tidemark);
  addKeys(tidemark);
  addProtection(tidemark);
  addTables(tidemark);
  addTezos(tidemark);
  tidemark
    .command('version')
    .description('print the version')
    .action(() => console.log(version));
  return tidemark;
}

function addSigning(tidemark: Command): void {
  tidemark
    .command('serve')
    .description('sign, as the configuration says, until SIGTERM; SIGHUP looks at the Ethereum key files again')
    .action(async (_options, command: Command) => await serve(command.optsWithGlobals()));
  tidemark
    .command('dev')
    .description(
      'try it: throw-away keys of both chains in a scratch folder, duties signed, conflicts refused, then serve',
    )
    .action(async (_options, command: Command) => await dev(command.optsWithGlobals()));
  const config = tidemark.command('config').description('look at the configuration');
  config
    .command('check')
    .description('say what is wrong with the configuration, or print what is in effect and where each value came from')
    .action((_options, command: Command) => checkConfig(command.optsWithGlobals()));
}

function addKeys(tidemark: Command): void {
  const keys = tidemark.command('keys').description('the keys: Tezos vaults, and files of Ethereum keys');
  keys
    .command('list')
    .description(
      'each Tezos key with its vault and what its policy allows, each Ethereum key with its file; 1 if a file holds none',
    )
    .action(async (_options, command: Command) => await listKeys(command.optsWithGlobals()));
  keys
    .command('generate')
    .description('make new Tezos keys in a file vault and print their public parts')
    .requiredOption('--vault <name>', 'the vault, as the configuration names it')
    .addOption(new Option('--type <type>', 'the kind of key').choices(['tz1', 'tz2', 'tz3', 'tz4']).default('tz4'))
    .option('-n, --num <count>', 'how many', '1')
    .option('--name <name>', 'the name in the vault; the key hash when it is left out')
    .option('--encrypt', 'encrypt with a password, asked for on the terminal or given with --password')
    .option('--password <reference>', 'env:NAME or file:PATH')
    .action(async (_options, command: Command) => await generateKeys(command.optsWithGlobals()));
  keys
    .command('import')
    .description('put a Tezos secret key into a file vault; it is asked for on the terminal or given with --secret')
    .requiredOption('--vault <name>', 'the vault, as the configuration names it')
    .option('--name <name>', 'the name in the vault; the key hash when it is left out')
    .option('--secret <reference>', 'env:NAME or file:PATH that holds edsk…, spsk…, p2sk…, BLsk… or an encrypted one')
    .option('--encrypt', 'encrypt with a password, asked for on the terminal or given with --password')
    .option('--password <reference>', 'env:NAME or file:PATH')
    .action(async (_options, command: Command) => await importKey(command.optsWithGlobals()));
}

function addProtection(tidemark: Command): void {
  const protection = tidemark.command('protection').description('the store of the Ethereum marks');
  protection
    .command('show [key]')
    .description('the store, its stop lines, and what each key has signed last; or one key, of either chain')
    .option('--json', 'print the one key as JSON')
    .action(async (key: string | undefined, _options, command: Command) => {
      await showProtection({ ...command.optsWithGlobals(), ...(key === undefined ? {} : { key }) });
    });
  protection
    .command('export [file]')
    .description(
      'write what each key has signed last, for another signer: an EIP-3076 interchange file, to standard output with -',
    )
    .option('--network <name>', 'its name or genesis validators root; not needed while the store knows one alone')
    .option('--key <public key...>', 'of these keys alone, whether they signed or not')
    .option('--force', 'replace a file that is there')
    .option('--json', 'print the summary as JSON')
    .action(async (file: string | undefined, _options, command: Command) => {
      await exportProtection({ ...command.optsWithGlobals(), file: file ?? '-' });
    });
  protection
    .command('import <file>')
    .description(
      'take over what another signer signed: an EIP-3076 interchange file, from standard input with -; marks only rise',
    )
    .option('--force', 'also marks far ahead of the clock, which keep their keys from signing until then')
    .option('--verbose', "print each key's result")
    .option('--json', 'print the summary as JSON, and with --verbose each result')
    .action(async (file: string, _options, command: Command) => {
      await importProtection({ ...command.optsWithGlobals(), file });
    });
  protection
    .command('migrate')
    .description('take the marks of one store over into another; without --yes it says what would change')
    .requiredOption('--from <store>', `where the marks are: ${endForms}`)
    .requiredOption('--to <store>', 'where they are to go, in the same forms but for signatory')
    .option('--yes', 'do it, and read every lane back')
    .option('--verbose', 'print each lane')
    .option('--json', 'print the summary as JSON, and with --verbose each lane')
    .action(async (_options, command: Command) => await migrateProtection(command.optsWithGlobals()));
  protection
    .command('stop-at')
    .description('sign nothing at or above a line, for a move to another signer; again to move it, --remove to end it')
    .option('--slot <slot>', 'the first slot of which no block is signed')
    .option('--epoch <epoch>', 'the first target epoch of which no attestation is signed')
    .option('--remove', 'take the line away')
    .option(
      '--network <name>',
      'its name or genesis validators root; not needed while the store knows one network alone',
    )
    .action(async (_options, command: Command) => await stopAt(command.optsWithGlobals()));
}

function addTables(tidemark: Command): void {
  tidemark
    .command('tables')
    .description('the tables of DynamoDB')
    .command('create')
    .description('make the table that anti_slashing names, on demand and protected from deletion, unless it is there')
    .action(async (_options, command: Command) => await createTables(command.optsWithGlobals()));
}

function addTezos(tidemark: Command): void {
  const tezos = tidemark.command('tezos').description('words that a Tezos policy can use');
  tezos
    .command('list-requests')
    .description('request kinds for `allow`')
    .action(() => listRequests());
  tezos
    .command('list-ops')
    .description('operation kinds for `allow.generic`')
    .action(() => listOperations());
}

const examples = `
Examples:
  tidemark dev                            see it sign and refuse, in half a minute
  tidemark config check -c signer.yaml    before every restart
  tidemark serve -c signer.yaml           the signer itself
  tidemark keys list -c signer.yaml       what it would sign with
  tidemark protection import history.json -c signer.yaml
                                          before it signs for keys that signed elsewhere

Values of the file can be given in the environment: TIDEMARK_SERVER__LISTEN_PORT=9001.
Exit status: 0 done, 1 failed, 75 a store that cannot be trusted, 78 a configuration to mend.`;

try {
  await program().parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exitCode = exitCodeOf(error);
}

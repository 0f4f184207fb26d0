import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { ScratchFolder } from '../support/signer-process.ts';
import { blocksOf, root, type Section } from './page.ts';

const runMs = 60_000;

/**
 * A stand-in for the machine that a page speaks of, so that its commands can be run as they are written: `/etc`, `/var`
 * and `/tmp` are folders of a scratch folder, ports are free ones, and `systemctl`, `journalctl` and `sudo` are scripts
 * that do as much of theirs as the pages need. `tidemark` is the built program.
 */
export class Machine {
  readonly #folder = new ScratchFolder();
  readonly #words: ReadonlyMap<string, string>;

  private constructor(words: ReadonlyMap<string, string>) {
    this.#words = words;
    for (const place of ['bin', 'etc/systemd/system', 'etc/tidemark', 'var/lib', 'var/backups', 'tmp', 'units']) {
      mkdirSync(join(this.#folder.path, place), { recursive: true });
    }
    for (const [name, script] of Object.entries(this.#tools())) this.#executable(`bin/${name}`, script);
    this.unit('tidemark', readFileSync(join(root, 'deploy/systemd/tidemark.service'), 'utf8'));
  }

  /**
   * @param words what stands in the page for something else of this run, such as a key
   * @param ports of the page, for each of which there is a free one
   */
  static async create(words: Readonly<Record<string, string>>, ports: readonly string[]): Promise<Machine> {
    const placed = new Map(Object.entries(words));
    for (const port of ports) {
      const free = await freePort();
      for (const before of ['127.0.0.1:', '_port: ']) placed.set(`${before}${port}`, `${before}${free}`);
    }
    return new Machine(placed);
  }

  /** A text of the page, as this machine has it. */
  place(text: string): string {
    const placed = text.replaceAll(/(?<![\w.])\/(etc|var|tmp)\//gu, `${this.#folder.path}/$1/`);
    const installed = placed.replaceAll('/opt/tidemark/', root);
    return [...this.#words].reduce((done, [from, to]) => done.replaceAll(from, to), installed);
  }

  /** Writes a file at a path of the page. */
  write(path: string, text: string, mode = 0o644): void {
    const place = this.place(path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, this.place(text), { mode });
    chmodSync(place, mode);
  }

  /** Makes a service known to `systemctl`: only what starts it counts. */
  unit(name: string, text: string): void {
    const [, command = ''] = /^ExecStart=(.+)$/mu.exec(text) ?? [];
    const placed = this.place(command).replace('/usr/bin/node', process.execPath);
    writeFileSync(join(this.#folder.path, 'units', name), `${placed}\n`);
  }

  /** Puts a program on the path: a line of bash, with places of the page. */
  tool(name: string, line: string): void {
    this.#executable(
      `bin/${name}`,
      `#!/usr/bin/env bash\n${this.place(line).replace('/usr/bin/node', process.execPath)}\n`,
    );
  }

  /** Runs a script of the page and resolves with what it printed. @throws Error when a command of it fails */
  async run(script: string): Promise<string> {
    const { child, printed } = this.#bash(this.place(script));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`exit status ${code} of\n${script}\nwhich printed\n${printed()}`);
    return printed();
  }

  /** Runs a command of the page that goes on, until its output holds `text`. The process gets SIGTERM from `stop`. */
  async runUntil(command: string, text: string): Promise<{ printed: string; stop: () => Promise<number | null> }> {
    const { child, printed } = this.#bash(`exec ${this.place(command)}`);
    await new Promise<void>((resolve, reject) => {
      const look = () => printed().includes(text) && resolve();
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('close', (code) => reject(new Error(`${command} ended (${code}): ${printed()}`)));
    });
    const stop = async () => {
      const closed = once(child, 'close') as Promise<[number | null]>;
      child.kill('SIGTERM');
      return (await closed)[0];
    };
    return { printed: printed(), stop };
  }

  /**
   * Does what a section says: writes the files that begin with `# /path`, runs its scripts, and holds what they print
   * against the `text` block that follows each, line by line; `…` stands for anything.
   */
  async follow({ blocks }: Pick<Section, 'blocks'>): Promise<void> {
    let output = '';
    for (const { language, text } of blocks) {
      const [, path] = /^# (\/\S+)\n/u.exec(text) ?? [];
      if (path !== undefined) this.write(path, text);
      else if (language === 'sh') output = await this.run(text);
      else if (language === 'text') this.#expect(output, text);
    }
  }

  /** Ends every service and takes the folder away. */
  async remove(): Promise<void> {
    for (const unit of ['tidemark', 'signatory', 'web3signer']) await this.run(`systemctl stop ${unit}`);
    this.#folder.remove();
  }

  #expect(output: string, expected: string): void {
    for (const line of this.place(expected).trim().split('\n')) {
      if (!patternOf(line).test(output)) throw new Error(`expected the line\n${line}\nin\n${output}`);
    }
  }

  #bash(script: string): { child: ChildProcess; printed: () => string } {
    const path = `${join(this.#folder.path, 'bin')}:${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH: path, USER: userInfo().username, MACHINE: this.#folder.path };
    const options = { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: runMs } satisfies SpawnOptions;
    const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], options);
    let text = '';
    const add = (chunk: Buffer) => (text += chunk.toString('utf8'));
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    return { child, printed: () => text };
  }

  #executable(name: string, script: string): void {
    writeFileSync(join(this.#folder.path, name), script, { mode: 0o755 });
  }

  #tools(): Readonly<Record<string, string>> {
    const cli = `exec '${process.execPath}' '${join(root, 'build/src/main/cli.js')}' "$@"`;
    return {
      tidemark: `#!/usr/bin/env bash\n${defaultConfig}\n${cli}\n`,
      npx: '#!/usr/bin/env bash\nexec "$@"\n',
      // There are no users and groups of a service here.
      chgrp: '#!/usr/bin/env bash\n',
      sudo: '#!/usr/bin/env bash\n[ "$1" = -u ] && shift 2\nexec "$@"\n',
      journalctl: '#!/usr/bin/env bash\ncat "$MACHINE/units/$2.log"\n',
      systemctl,
    };
  }
}

/** This machine's `/etc` is elsewhere. */
const defaultConfig = `case " $* " in *' -c '*) ;; *) set -- "$@" -c "$MACHINE/etc/tidemark.yaml" ;; esac`;

/** Starts and stops a unit. To start it is to wait until it says where it serves, as a person would before going on. */
const systemctl = `#!/usr/bin/env bash
set -eu
verb=$1; unit=\${!#}; file="$MACHINE/units/$unit"
start() {
  touch "$file.log"
  before=$(wc -l < "$file.log")
  nohup bash -c "exec $(cat "$file")" >> "$file.log" 2>&1 < /dev/null & echo $! > "$file.pid"
  for _ in $(seq 600); do
    tail -n +$((before + 1)) "$file.log" | grep -q 'Signing address' && return 0
    kill -0 "$(cat "$file.pid")" 2> /dev/null || break
    sleep 0.05
  done
  tail -n +$((before + 1)) "$file.log" >&2
  return 1
}
stop() {
  [ -e "$file.pid" ] || return 0
  kill "$(cat "$file.pid")" 2> /dev/null || true
  while kill -0 "$(cat "$file.pid")" 2> /dev/null; do sleep 0.05; done
  rm "$file.pid"
}
case $verb in
  enable|start) start ;;
  disable|stop) stop ;;
  daemon-reload) ;;
  *) echo "systemctl $verb is none of this machine's" >&2; exit 1 ;;
esac
`;

/** Spaces are any spaces, `…` is anything. */
function patternOf(line: string): RegExp {
  const escaped = line.trim().replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  return new RegExp(escaped.replaceAll(/\s*…\s*/gu, '.*').replaceAll(/\s+/gu, String.raw`\s+`), 'u');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The scripts of a section, without the other blocks. */
export function scriptsOf({ text }: Pick<Section, 'text'>): readonly string[] {
  return blocksOf(text, 'sh').map((block) => block.text);
}

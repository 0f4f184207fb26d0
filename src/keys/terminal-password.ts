import { Fault } from '../base/fault.ts';
import type { SecretBytes } from '../base/secret-bytes.ts';
import type { PasswordSource } from './password-source.ts';
import { type LineState, TypedLine } from './typed-line.ts';

/** What of a terminal is used; `process.stdin` and `process.stderr` fit. */
export interface Terminal {
  readonly input: TerminalInput;
  readonly output: { write(text: string): unknown };
}

interface TerminalInput extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  /** In raw mode the terminal echoes nothing and hands over every key, Ctrl-C too. */
  setRawMode(on: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  unshift(chunk: Uint8Array): void;
}

const attemptsMax = 3;
const escape = 0x1b;

/** Asks a person for the passwords of encrypted keys; nothing of what is typed is shown. */
export function terminalPassword(terminal: Terminal): PasswordSource {
  return { attemptsMax, ask: (entry) => hiddenLine(terminal, `Password of the key "${entry}": `) };
}

/**
 * Asks twice for a password that is to be set, so that a slip of the finger is noticed.
 *
 * @throws Fault `vault_invalid` when the two differ or are empty, or when there is no terminal
 */
export async function newTerminalPassword(terminal: Terminal, entry: string): Promise<SecretBytes> {
  const password = await hiddenLine(terminal, `New password for the key "${entry}": `);
  using again = await hiddenLine(terminal, 'The same again: ');
  const typed = password.reveal();
  if (typed.length > 0 && Buffer.compare(typed, again.reveal()) === 0) return password;
  password.wipe();
  throw new Fault('vault_invalid', 'the two passwords differ or are empty; nothing was written');
}

/**
 * One line that is not shown.
 *
 * @throws Fault `vault_invalid` without a terminal, when the line is called off, or when it is longer than 1024 bytes
 */
export async function hiddenLine(terminal: Terminal, prompt: string): Promise<SecretBytes> {
  const { input, output } = terminal;
  if (input.isTTY !== true) {
    const text = 'a key is encrypted and there is no terminal to ask for its password';
    throw new Fault('vault_invalid', `${text}: set "password: env:NAME" or "password: file:PATH" for the vault`);
  }
  output.write(prompt);
  input.setRawMode(true);
  try {
    return await readLine(input);
  } finally {
    input.setRawMode(false);
    output.write('\n');
  }
}

function readLine(input: TerminalInput): Promise<SecretBytes> {
  return new Promise((resolve, reject) => {
    const line = new TypedLine();
    const finish = (state: LineState) => {
      input.off('data', take).off('end', cancel);
      input.pause();
      const typed = line.take();
      if (state === 'done') return resolve(typed);
      typed.wipe();
      reject(new Fault('vault_invalid', state === 'too_long' ? 'no password is that long' : 'no password was given'));
    };
    const cancel = () => finish('cancelled');
    const take = (chunk: Uint8Array) => {
      const { state, rest } = typeInto(line, chunk);
      if (state === 'typing') return;
      finish(state);
      // Typed or pasted ahead: it is left for the next question.
      if (rest.length > 0) input.unshift(rest);
    };
    input.on('data', take).on('end', cancel);
    input.resume();
  });
}

function typeInto(line: TypedLine, chunk: Uint8Array): { state: LineState; rest: Uint8Array } {
  // Arrows and other special keys come as one chunk that begins with Escape.
  const typed = chunk[0] === escape ? chunk.subarray(0, 0) : chunk;
  for (const [index, byte] of typed.entries()) {
    const state = line.type(byte);
    typed[index] = 0;
    if (state !== 'typing') return { state, rest: typed.slice(index + 1) };
  }
  return { state: 'typing', rest: typed.subarray(0, 0) };
}

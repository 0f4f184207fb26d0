import { terminalPassword } from '../keys/terminal-password.ts';

/** Passwords from the terminal that the program runs in. */
export const terminalSource = terminalPassword({ input: process.stdin, output: process.stderr });

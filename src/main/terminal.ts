import { type Terminal, terminalPassword } from '../keys/terminal-password.ts';

/** The terminal that the program runs in; what is asked appears on standard error, so that output can be piped. */
export const terminal: Terminal = { input: process.stdin, output: process.stderr };

/** Passwords from that terminal. */
export const terminalSource = terminalPassword(terminal);

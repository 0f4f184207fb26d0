import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { newTerminalPassword, terminalPassword } from './terminal-password.ts';

/** A terminal that remembers what was shown and whether it echoes. */
class FakeTerminal {
  readonly raw: boolean[] = [];
  readonly input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void this.raw.push(on),
  });
  shown = '';
  readonly output = { write: (text: string) => void (this.shown += text) };

  type(...chunks: string[]): void {
    for (const chunk of chunks) this.input.write(chunk);
  }
}

async function typed(...chunks: string[]): Promise<string> {
  const terminal = new FakeTerminal();
  terminal.type(...chunks);
  const password = await terminalPassword(terminal).ask('baker');
  assert.equal(terminal.shown, 'Password of the key "baker": \n');
  assert.deepEqual(terminal.raw, [true, false]);
  return Buffer.from(password.reveal()).toString();
}

test('a password is read to the end of its line, without echo', async () => {
  assert.equal(await typed('secret\r'), 'secret');
  assert.equal(await typed('s', 'ec', 'ret', '\n'), 'secret');
  assert.equal(await typed('\r'), '');
});

test('the keys that edit a line do so, and special keys leave nothing behind', async () => {
  assert.equal(await typed('sex\x7fcé日\x7f\x08ret\r'), 'secret');
  assert.equal(await typed('\x7f\x7fa\r'), 'a');
  assert.equal(await typed('wrong\x15right\r'), 'right');
  assert.equal(await typed('ab', '\x1b[D', 'c\td\r'), 'abcd');
});

test('what was pasted ahead answers the next question', async () => {
  const terminal = new FakeTerminal();
  const passwords = terminalPassword(terminal);
  terminal.type('one\rtwo\r');
  assert.equal(Buffer.from((await passwords.ask('a')).reveal()).toString(), 'one');
  assert.equal(Buffer.from((await passwords.ask('b')).reveal()).toString(), 'two');
});

test('Ctrl-C, Ctrl-D, the end of input and an endless line call it off; the terminal is as it was', async () => {
  for (const chunk of ['abc\x03', '\x04', 'x'.repeat(1025)]) {
    const terminal = new FakeTerminal();
    terminal.type(chunk);
    await assert.rejects(terminalPassword(terminal).ask('a'), (error) => isFault(error, 'vault_invalid'));
    assert.deepEqual(terminal.raw, [true, false]);
    assert.equal(terminal.input.listenerCount('data'), 0);
  }
  const terminal = new FakeTerminal();
  terminal.input.end('abc');
  await assert.rejects(terminalPassword(terminal).ask('a'), /no password was given/u);
});

test('without a terminal the operator is told what to configure', async () => {
  const input = Object.assign(new PassThrough(), { setRawMode: () => assert.fail() });
  const terminal = { input, output: { write: () => assert.fail() } };
  await assert.rejects(terminalPassword(terminal).ask('a'), (error) => {
    assert.ok(isFault(error, 'vault_invalid'));
    assert.match(error.message, /"password: env:NAME" or "password: file:PATH"/u);
    return true;
  });
});

test('a new password is asked for twice and must be the same and not empty', async () => {
  const same = new FakeTerminal();
  same.type('one\rone\r');
  assert.equal(Buffer.from((await newTerminalPassword(same, 'baker')).reveal()).toString(), 'one');
  for (const chunk of ['one\rtwo\r', '\r\r', 'one\ronee\r']) {
    const terminal = new FakeTerminal();
    terminal.type(chunk);
    await assert.rejects(newTerminalPassword(terminal, 'baker'), /the two passwords differ or are empty/u);
  }
});

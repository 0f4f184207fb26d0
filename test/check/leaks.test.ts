import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScratchFolder } from '../support/signer-process.ts';
import { leaksIn } from './leaks.ts';

test('a secret that was printed is found, whatever stands before it', () => {
  const folder = new ScratchFolder();
  folder.write('secrets', 'edsk3SecretText\n00112233445566\n');
  folder.write('output', 'starting\nkey 3SecretText loaded\n');
  assert.deepEqual(leaksIn(folder.path), { secrets: 2, outputBytes: 32, printed: 1 });
  folder.write('output', 'nothing of the kind\n');
  assert.equal(leaksIn(folder.path).printed, 0);
  folder.remove();
});

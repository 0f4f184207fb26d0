import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseReader } from './response-reader.ts';

const answer = 'HTTP/1.1 412 Precondition Failed\r\nServer: x\r\nContent-Length: 12\r\n\r\n{"code":412}';

test('an answer has its status when it is whole, wherever it was cut', () => {
  for (let cut = 0; cut <= answer.length; cut += 1) {
    const reader = new ResponseReader();
    const found = [answer.slice(0, cut), answer.slice(cut)]
      .filter((part) => part !== '')
      .map((part) => reader.push(Buffer.from(part)));
    assert.equal(found.pop(), 412);
    assert.ok(found.every((status) => status === null));
    assert.equal(reader.push(Buffer.from(answer.replaceAll('412', '200'))), 200, 'the next answer starts anew');
  }
});

test('an answer that is longer than it says, or does not say, stops the run', () => {
  assert.throws(() => new ResponseReader().push(Buffer.from(`${answer}\n`)), /more came/u);
  assert.throws(
    () => new ResponseReader().push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')),
    /without Content-Length/u,
  );
});

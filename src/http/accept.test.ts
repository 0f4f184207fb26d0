import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForJson, takesJson } from './accept.ts';

const json = [
  'application/json',
  '*/*',
  'APPLICATION/JSON',
  ' application/json ',
  'application/json; charset=utf-8',
  'application/json;q=0.1',
  'application/json ; q=1.0',
  'text/plain, application/json',
  'text/plain;q=1.0,application/json;q=0.5',
  'text/html, */*;q=0.8',
  'application/json, text/plain;q=0',
];
const text = [
  undefined,
  '',
  ',',
  'text/plain',
  'text/*',
  'application/*',
  'application/xml',
  'application/jsonx',
  'application/problem+json',
  'x/application/json',
  'application/json;q=0',
  'application/json; Q=0.000',
  '*/*;q=0, text/plain',
  'text/plain; note="application/json"',
];

for (const accept of json) test(`Accept: ${accept} gets JSON`, () => assert.equal(takesJson(accept), true));
for (const accept of text)
  test(`Accept: ${accept ?? '(none)'} gets text`, () => assert.equal(takesJson(accept), false));

test('only JSON by name is asked for: curl, which takes everything, is not asking', () => {
  assert.equal(asksForJson('*/*'), false);
  assert.equal(asksForJson(undefined), false);
  assert.equal(asksForJson('application/json;q=0'), false);
  assert.equal(asksForJson('text/plain, Application/JSON;q=0.5'), true);
});

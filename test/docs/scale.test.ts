import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPage, sectionOf } from './page.ts';

/** The tables of docs/scale.md follow from its units: whoever changes one is told what else changes. */
const page = readPage('docs/scale.md');

const validators = [1_000, 100_000, 1_000_000];
const epochsADay = 225;
const slotsADay = 7_200;
const slotsAnEpoch = 32;

/** The rows of the tables of a section that begin with a number of validators, as numbers. */
function rowsOf(anchor: string): readonly (readonly number[])[] {
  const rows = sectionOf(page, anchor).text.matchAll(/^\| ([\d,]+ \|.*) \|$/gmu);
  return [...rows].map(([, row = '']) => row.split('|').map((cell) => Number(cell.trim().replaceAll(',', ''))));
}

/** The first number of a unit's value. */
function unit(name: string): number {
  const cells = new RegExp(`^\\| ${name} \\| ([\\d.]+)`, 'mu').exec(sectionOf(page, 'the-units').text);
  assert.ok(cells?.[1] !== undefined, name);
  return Number(cells[1]);
}

function votesIn(count: number): number {
  return count / slotsAnEpoch;
}

test('the load is arithmetic', () => {
  const expected = validators.map((count) => [
    count,
    Math.floor(votesIn(count)),
    count * epochsADay,
    rounded((count * epochsADay) / 86_400, 1),
    2 * count,
  ]);
  assert.deepEqual(rowsOf('the-load'), expected);
});

test('what it comes to follows from the units', () => {
  const [signature, loop, lane] = [
    unit('a BLS signature'),
    unit('of that on the event loop, which is one thread'),
    unit('a lane in SQLite'),
  ];
  const request = unit('a vote on DynamoDB: signing and sending the request');
  const price = 0.625;
  const slot = validators.map((count) => [
    count,
    rounded((votesIn(count) * signature) / 1000, 2),
    rounded((2 * votesIn(count) * signature) / 1000, 2),
    rounded((votesIn(count) * loop) / 1000, 2),
    rounded((votesIn(count) * request) / 1000, 2),
  ]);
  const day = validators.map((count) => [
    count,
    rounded((2 * votesIn(count) * slotsADay * signature) / 1000 / 3600, 2),
    count * epochsADay,
    rounded((count * epochsADay * price) / 1e6, 2),
    Math.round((2 * count * lane) / 1e6),
  ]);
  assert.deepEqual(rowsOf('what-it-comes-to'), [...slot, ...day]);
});

function rounded(value: number, digits: number): number {
  return Number((Math.round(value * 10 ** digits + 1e-9) / 10 ** digits).toFixed(digits));
}

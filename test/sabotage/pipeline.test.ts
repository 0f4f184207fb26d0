import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { note } from '../not-run.ts';
import { brokenPipelines } from './broken-pipelines.ts';
import { pipelineFailures } from './pipeline-promises.ts';
import { pipelineOf } from './pipeline.ts';

/** The catalogue of bad input and the order of checks, asked of the way that a request takes, whole and broken. */
describe('sabotage: the catalogue of bad input', () => {
  test('passes what is sound', async () => {
    assert.deepEqual(await pipelineFailures((parts) => pipelineOf(parts)), []);
  });

  for (const { name, make, breaks } of brokenPipelines) {
    test(`catches the pipeline: ${name}`, async () => {
      const failures = await pipelineFailures(make);
      const isCaught = failures.some((failure) => failure.startsWith(breaks));
      assert.ok(isCaught, `not caught by "${breaks}" but by ${JSON.stringify(failures.slice(0, 5))}`);
    });
  }

  test.after(() => note(`sabotage: ${brokenPipelines.length} pipelines with a planted fault, each caught`));
});

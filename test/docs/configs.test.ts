import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load-config.ts';
import { allPages, blocksOf } from './page.ts';

/** Every configuration in the pages is one that Tidemark takes, whole or as a part. */
const isPrometheus = /^scrape_configs:/u;

for (const page of allPages()) {
  const configs = blocksOf(page.text, 'yaml').filter(({ text }) => !isPrometheus.test(text));
  for (const [index, { text }] of configs.entries()) {
    test(`configuration ${index + 1} of ${page.path} is valid`, () => {
      assert.doesNotThrow(() => loadConfig({ file: null, text, env: {} }));
    });
  }
}

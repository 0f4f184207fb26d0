import type { Config } from './config.ts';

/** The configuration in effect, one setting a line and where each came from; without secrets. For `config check`. */
export function describeConfig({ settings }: Pick<Config, 'settings'>): string {
  const lines = settings.map(({ key, value, source }) => ({ text: `${key}: ${value}`, source }));
  const width = Math.max(0, ...lines.map(({ text }) => Math.min(text.length, widthMax)));
  return lines.map(({ text, source }) => `${text.padEnd(width)}  # ${source}`).join('\n');
}

/** Longer lines do not push the sources of all others out of sight. */
const widthMax = 72;

import { Fault } from '../base/fault.ts';
import { type Path, pathText, type Place } from './node.ts';

/** What is wrong with more than this many settings is more likely the wrong file. */
const shownMax = 30;

interface Problem {
  readonly at: Place;
  readonly text: string;
}

/** Adds a problem at the place of a setting. */
export type AddProblem = (path: Path, sentence: string) => void;

/** Collects what is wrong with a configuration, so that all of it can be told at once. */
export class Problems {
  readonly #problems = new Map<string, Problem>();

  /**
   * @param path the setting that is wrong; empty when none can be named
   * @param sentence what is wrong and what to write instead; it holds no secret
   */
  add(at: Place, path: Path, sentence: string): void {
    const key = path.length === 0 ? '' : `${pathText(path)}: `;
    const text = withoutSecretKeys(`${at.text}: ${key}${sentence}`);
    this.#problems.set(text, { at, text });
  }

  /** @throws Fault `config_invalid` that names every problem, if there is one */
  throwIfAny(): void {
    const count = this.#problems.size;
    if (count === 0) return;
    const sorted = [...this.#problems.values()].toSorted((a, b) => a.at.order - b.at.order);
    const shown = sorted.slice(0, shownMax).map(({ text }) => text);
    if (count > shown.length) shown.push(`and ${count - shown.length} more`);
    const head = count === 1 ? 'the configuration has a problem:' : `the configuration has ${count} problems:`;
    throw new Fault('config_invalid', [head, ...shown].join('\n  '), { facts: { problems: count } });
  }
}

/** Fewer hex digits are no key, of 64 that were cut off when they were shown; more may be one. */
const hexKey = /(?:0x)?[0-9a-f]{50,}/giu;

/** A secret key pasted into the wrong place must not reach a log by way of our complaint about it. */
function withoutSecretKeys(text: string): string {
  const withoutTezos = text.replaceAll(/(?:ed|sp|p2|BL)e?sk[1-9A-HJ-NP-Za-km-z]{20,}/gu, '[secret key]');
  return withoutTezos.replaceAll(hexKey, '[hex digits]');
}

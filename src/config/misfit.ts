import { z } from 'zod';
import { nearest } from './nearest.ts';
import type { Node } from './node.ts';
import type { Note } from './note.ts';
import { coreOf, isContainer } from './schema-walk.ts';

const shownLengthMax = 60;

const plainDigits = /^-?(?:0|[1-9]\d*)$/u;

/** What a person does not get from "expected text": numbers and truth values become text by quotes. */
const quotesHint = 'put quotes around it';

/**
 * Says why what was found does not fit: what it is, what was expected and, where it can be told, what to write.
 * A value is shown only where a single value that is no secret belongs; elsewhere a secret may have got into its place.
 *
 * @param node what is configured; null when it is missing
 */
export function describeMisfit(node: Node | null, schema: z.ZodType, note: Note): string {
  if (note.unbuilt === true) return 'is not built into this version of Tidemark; remove it to start';
  if (node === null) return `is missing; expected ${note.expects}`;
  const core = coreOf(schema);
  const single = !isContainer(core) && !(core instanceof z.ZodArray);
  const text = single && node.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
  const refusal = text === null ? null : (note.refusal?.(text) ?? null);
  const sentence = refusal ?? `found ${found(node, single && note.secret !== true)}; expected ${note.expects}`;
  return sentence + hint(node, core, text, note.choices ?? []);
}

function found(node: Node, shown: boolean): string {
  if (node.kind === 'map') return 'a section';
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  const { value } = node;
  if (value === null) return 'nothing';
  const type = typeof value === 'string' ? 'the text' : typeof value === 'number' ? 'the number' : 'the truth value';
  return shown ? `${type} ${shownValue(value, node.plain)}` : type.replace('the ', 'a ');
}

function shownValue(value: string | number | boolean, plain: string | null): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (plain ?? String(value));
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text;
}

function hint(node: Node, core: z.ZodType, text: string | null, choices: readonly string[]): string {
  const near = text === null ? null : nearest(text, choices);
  if (near !== null && near !== text) return `; did you mean ${near}?`;
  if (node.kind !== 'scalar' || node.value === null) return '';
  if (core instanceof z.ZodString && typeof node.value !== 'string') return `; ${quotesHint}`;
  if (text === null) return '';
  if (core instanceof z.ZodBoolean) return truthHint(text);
  return core instanceof z.ZodNumber && plainDigits.test(text) ? '; remove the quotes' : '';
}

function truthHint(text: string): string {
  if (/^(?:true|false)$/u.test(text)) return '; remove the quotes';
  if (/^(?:yes|on|y)$/iu.test(text)) return '; write true';
  return /^(?:no|off|n)$/iu.test(text) ? '; write false' : '';
}

/**
 * Some plain words and numbers mean one thing in YAML 1.2 and another in 1.1, which most tools still read: there `no`
 * is false, and `0123` is 83. They are refused, since the operator may have meant either.
 *
 * @returns what to write instead, or null when the node has one meaning
 */
export function describeAmbiguity(node: Node, schema: z.ZodType): string | null {
  if (node.kind !== 'scalar' || node.plain === null || node.value === null) return null;
  const core = coreOf(schema);
  if (core instanceof z.ZodString && /^(?:yes|no|on|off)$/iu.test(node.plain)) {
    return `found ${node.plain} without quotes, which many YAML readers take for true or false; ${quotesHint}`;
  }
  if (core instanceof z.ZodNumber && !plainDigits.test(node.plain)) {
    return `found the number ${node.plain}, which not all YAML readers read alike; write it in plain decimal digits`;
  }
  return null;
}

import { pino } from 'pino';

export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Named facts of one event: public data only, each field chosen by whoever logs. A whole request or key is never one.
 */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | null | readonly string[]>>;

type WriteLine = (message: string, fields?: LogFields) => void;

/** One line per event. */
export interface Log {
  readonly error: WriteLine;
  readonly warn: WriteLine;
  readonly info: WriteLine;
  readonly debug: WriteLine;
  readonly trace: WriteLine;
  /** Would a line of this level be written? Asked before a costly field is made. */
  writes(level: LogLevel): boolean;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `text` for a terminal, `json` for a collector. */
  readonly format: 'text' | 'json';
  /** Takes whole lines; standard error by default. */
  readonly write?: (line: string) => void;
}

/** A log on standard error: standard output belongs to what a command was asked for. */
export function createLog({ level, format, write = writeToStandardError }: LogOptions): Log {
  const destination = { write: format === 'json' ? write : (line: string) => write(asText(line)) };
  const lines = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'msg',
    },
    destination,
  );
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      lines[name](printable(fields), message);
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    trace: at('trace'),
    writes: (name) => lines.isLevelEnabled(name),
  };
}

function writeToStandardError(line: string): void {
  process.stderr.write(line);
}

function printable(fields: LogFields): object {
  const printed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    printed[name] = typeof value === 'bigint' ? value.toString() : value;
  return printed;
}

/** `2026-11-21T06:00:00.000Z INFO  message key=value`; values with spaces or control characters are quoted. */
function asText(line: string): string {
  const event: unknown = JSON.parse(line);
  if (!isRecord(event)) return line;
  const { time, level, msg, ...fields } = event;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${asWord(value)}`);
  return `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${oneLine(String(msg))}${rest.join('')}\n`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function asWord(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return /^[\w.:/+@,-]+$/u.test(text) ? text : oneLine(JSON.stringify(text));
}

/** A message holds no line breaks or terminal escapes, whatever a client or a file put into it. */
function oneLine(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/gu, escaped);
}

import { z } from 'zod';
import { count, driver, noted, section, text } from './note.ts';

const modes = {
  built: ['disabled', 'file'],
  future: ['atls'],
  meaning:
    'Is the signing API served with TLS, and where does its certificate come from? `file`: from files. ' +
    '`server.listen_port` then answers probes only.',
};

/** A day: who never wants to look again says 0. */
const secondsMax = 86_400;

const file = section(
  {
    cert_path: text('the path of a PEM file', 'The certificate, followed by those that it was signed with.'),
    key_path: text('the path of a PEM file', 'Its private key, without a password; keep it from other users.'),
    reload_interval_seconds: count(
      'seconds',
      [0, secondsMax],
      'How often to look for a renewed certificate; connections stay. 0 never looks.',
    ).default(60),
  },
  'The files of `mode: file`, which needs them.',
);

/** @param port of the room's own kind, so that its bounds are said once */
export function tlsSchema<T extends z.ZodType>(port: T) {
  return noted(
    z.discriminatedUnion('mode', [
      z.strictObject({
        mode: driver('disabled', modes).optional().default('disabled'),
        listen_port: port,
        file: file.optional(),
      }),
      z.strictObject({ mode: driver('file', modes), listen_port: port, file }),
    ]),
    { expects: 'a section with a mode', meaning: 'TLS of the signing API, at `server.listen_address`.' },
  );
}

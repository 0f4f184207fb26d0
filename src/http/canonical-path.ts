import { Fault } from '../base/fault.ts';
import { limits } from '../base/limits.ts';

/**
 * Refuses a request target that two readers could understand differently: dot segments, empty segments, escapes,
 * control characters. No route here needs any of them.
 *
 * @param target the request line's target, as sent
 * @throws Fault `path_invalid`
 */
export function checkCanonicalPath(target: string): void {
  if (plain.test(target) && target.length <= limits.pathBytes) return;
  if (target.length > limits.pathBytes) throw invalid(`is longer than ${limits.pathBytes} bytes`);
  const path = target.split('?', 1)[0] ?? '';
  if (!path.startsWith('/')) throw invalid('does not start with /');
  if (/[^\x21-\x7e]|[%\\]/u.test(path)) throw invalid('holds an escape or a character that no route has');
  const segments = path.slice(1).split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) throw invalid('has a dot segment');
  if (segments.slice(0, -1).includes(''))
    throw invalid('has an empty segment: does the URL of the signer end in a slash?');
}

/** As nearly all of them are: segments without a dot, and no query. Whatever else is good is looked at closely. */
const plain = /^(?:\/[0-9A-Za-z_-]+)+$/u;

function invalid(what: string): Fault {
  return new Fault('path_invalid', `the path ${what}`);
}

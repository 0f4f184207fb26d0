/**
 * Does a client that sends this `Accept` get its signature as JSON? Web3Signer's rule (ethereum.md §1.3): it does when
 * any one entry is `application/json` or a wildcard for everything. Prysm and Teku send no header at all and read the
 * text.
 *
 * @param accept the header, several of them joined by commas; undefined when there is none
 */
export function takesJson(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  if (accept === 'application/json') return true;
  return entriesOf(accept).some((type) => type === 'application/json' || type === '*/*');
}

/** Does it ask for JSON by name? Whatever takes everything, as curl does, has not. */
export function asksForJson(accept: string | undefined): boolean {
  return accept !== undefined && entriesOf(accept).includes('application/json');
}

/** The media types, lower case; one of quality 0 is one that the client will not take (RFC 9110 §12.4.2). */
function entriesOf(accept: string): string[] {
  const entries = accept.split(',').map((entry) => entry.split(';').map((part) => part.trim().toLowerCase()));
  return entries.filter(([, ...parameters]) => !parameters.some(isZeroQuality)).map(([type = '']) => type);
}

function isZeroQuality(parameter: string): boolean {
  return /^q\s*=\s*0(?:\.0*)?$/u.test(parameter);
}

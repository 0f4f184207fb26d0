/**
 * Just enough of HTTP to tell where an answer ends and what its status is: one answer after the other, each with a
 * `Content-Length`. Whole answers mostly come in one piece, and then nothing is copied.
 */
export class ResponseReader {
  #rest: Buffer | null = null;

  /**
   * @param bytes what the socket gave
   * @returns the status when the answer is whole, null while it is not
   * @throws Error when the answer's length is not told, or more came than was asked for
   */
  push(bytes: Buffer): number | null {
    const all = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    const headEnd = all.indexOf('\r\n\r\n');
    const end = headEnd < 0 ? Number.POSITIVE_INFINITY : headEnd + 4 + contentLength(all, headEnd);
    if (all.length < end) {
      this.#rest = all;
      return null;
    }
    if (all.length > end) throw new Error('more came than one answer');
    this.#rest = null;
    return Number(all.toString('latin1', 9, 12));
  }
}

const names = ['content-length: ', 'Content-Length: '];

function contentLength(all: Buffer, headEnd: number): number {
  const name = names.find((each) => all.indexOf(each, 0, 'latin1') >= 0);
  const at = name === undefined ? headEnd : all.indexOf(name, 0, 'latin1') + name.length;
  if (name === undefined || at > headEnd) throw new Error('an answer without Content-Length');
  let length = 0;
  for (let digit = at; all[digit] !== carriageReturn; digit += 1) length = length * 10 + ((all[digit] ?? 0) - zero);
  return length;
}

const carriageReturn = 13;
const zero = 48;

/** The head of a request as this server expects it, for rows that change one line of it. */
export function head(path: string, lines: readonly string[] = [], host = 'localhost'): string {
  return `${[`POST ${path} HTTP/1.1`, `Host: ${host}`, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A whole request. */
export function sized(path: string, lines: readonly string[], content: string, host = 'localhost'): string {
  return `${head(path, [`Content-Length: ${content.length}`, ...lines], host)}${content}`;
}

import { Socket, type SocketConnectOpts } from 'node:net';

/** The socket of one connection; where the name of the server has several addresses, perhaps of IPv4 only. */
export function socketFor(forceIpv4: boolean): Socket {
  return forceIpv4 ? new Ipv4Socket() : new Socket();
}

/** The driver connects by port and host, or by a path. */
class Ipv4Socket extends Socket {
  override connect(...args: unknown[]): this {
    const [port, host] = args;
    const options: SocketConnectOpts | null =
      typeof port === 'number' && typeof host === 'string' ? { port, host, family: 4 } : null;
    if (options !== null) return super.connect(options);
    if (typeof port === 'string') return super.connect(port);
    throw new TypeError('the driver connects by port and host, or by a path');
  }
}

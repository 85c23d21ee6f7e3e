import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { showName } from '../../../text/index.ts';
import type { Caller } from './agent-endpoints.ts';

/** PEM texts: the server's key and certificate, and the authority that signs the hosts' certificates. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const callers = new WeakMap<Socket, Caller>();

/**
 * Who sends on this connection: with TLS, the host named by the client certificate's common name; without TLS, anybody.
 * The certificate is read once per connection.
 */
export function callerOf({ socket }: IncomingMessage): Caller {
  if (!(socket instanceof TLSSocket)) return { is: 'anybody' };
  const known = callers.get(socket);
  if (known !== undefined) return known;
  const caller = certificateCaller(socket);
  callers.set(socket, caller);
  return caller;
}

function certificateCaller(socket: TLSSocket): Caller {
  const { subject } = socket.getPeerCertificate();
  // Without a client certificate, this is empty.
  if ((subject as unknown) === undefined)
    return { is: 'refused', reason: 'A client certificate is required, with the hostname as its common name.' };
  if (!socket.authorized) {
    const error = String(socket.authorizationError);
    return { is: 'refused', reason: `The client certificate is not accepted: ${showName(error)}.` };
  }
  const name: unknown = subject.CN;
  if (typeof name !== 'string' || name === '')
    return { is: 'refused', reason: 'The client certificate must have one common name: the hostname.' };
  return { is: 'host', hostname: name };
}

/** Whether an address to listen on can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

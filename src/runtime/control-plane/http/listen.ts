import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { startListening } from '../../shared/start-listening.ts';
import type { ControlPlaneLimits } from '../limits.ts';
import { isLoopback, type TlsFiles } from './client-certificate.ts';

/** An address to listen on. */
export interface Listen {
  /** Only this machine by default. Any other address needs `tls` or `letAnyoneSpeakForAnyHost`. */
  readonly host?: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** Agents then present a certificate with their hostname as its common name. */
  readonly tls?: TlsFiles;
  /** Serves other machines without TLS: anyone who can reach the port may act as any host. */
  readonly letAnyoneSpeakForAnyHost?: boolean;
}

/** A listening server. */
export interface Listener {
  /** Such as `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Accepts no more connections. Resolves when every request is answered and every connection closed. */
  readonly close: () => Promise<void>;
}

const MS_PER_SECOND = 1000;
/** A client that stalls in the TLS handshake is dropped after this. */
const HANDSHAKE_SECS = 10;

/**
 * Serves requests at an address, subject to the limits.
 *
 * @throws RangeError for an address open to other machines without TLS; RuntimeProblem if it cannot be listened on.
 */
export async function listenAt(
  { host = '127.0.0.1', port = 0, tls, letAnyoneSpeakForAnyHost = false }: Listen,
  limits: ControlPlaneLimits,
  onRequest: RequestListener,
): Promise<Listener> {
  if (tls === undefined && !isLoopback(host) && !letAnyoneSpeakForAnyHost) {
    throw new RangeError(
      `Without TLS, anyone who reaches ${host} could act as any host: give certificates (tls), listen on 127.0.0.1, or set letAnyoneSpeakForAnyHost.`,
    );
  }
  const options: ServerOptions = {
    headersTimeout: limits.headerSecs * MS_PER_SECOND,
    requestTimeout: limits.requestSecs * MS_PER_SECOND,
    keepAliveTimeout: limits.idleSecs * MS_PER_SECOND,
    connectionsCheckingInterval: Math.min(limits.headerSecs, MAX_CHECK_SECS) * MS_PER_SECOND,
  };
  const server =
    tls === undefined
      ? createServer(options, onRequest)
      : createTlsServer(
          // A client without a certificate gets an explanation, not a broken connection.
          {
            ...options,
            ...tls,
            requestCert: true,
            rejectUnauthorized: false,
            handshakeTimeout: HANDSHAKE_SECS * MS_PER_SECOND,
          },
          onRequest,
        );
  server.maxConnections = limits.maxConnections;
  const unused = new Set<Socket>();
  server.on(tls === undefined ? 'connection' : 'secureConnection', (connection: Socket) => {
    unused.add(connection);
    connection.once('close', () => unused.delete(connection));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  const address = await startListening(server, host, port);
  return { address: `${tls === undefined ? 'http' : 'https'}://${address}`, close: () => closed(server, unused) };
}

const MAX_CHECK_SECS = 5;

/** By then, only clients that do not read, or do not finish their request, are left. */
const CLOSE_MS = 5000;

/** @param unused connections without a request. Browsers open some in advance, and to Node they are not idle. */
function closed(server: Server, unused: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    server.close(() => {
      clearTimeout(giveUp);
      resolve();
    });
    // A connection whose request is answered later is closed at once, too.
    server.keepAliveTimeout = 1;
    server.closeIdleConnections();
    for (const connection of unused) connection.destroy();
  });
}

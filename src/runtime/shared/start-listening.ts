import { createServer, type Server } from 'node:net';
import { errorCode, type Problem } from '../../text/index.ts';
import { RuntimeProblem } from './runtime-problem.ts';

/**
 * Starts to listen, and resolves to the address with its port, such as `127.0.0.1:8080`.
 *
 * @param port 0 for any free one
 * @throws RuntimeProblem for an address that cannot be listened on
 */
export function startListening(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(addressProblem(host, port, error));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new TypeError('Expected to listen on a port.');
      resolve(`${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`);
    });
  });
}

/**
 * Finds unusable addresses before anything else is opened or written. Listens on each, and has closed it again when
 * this resolves.
 */
export async function findUnusable(
  addresses: readonly { readonly host?: string; readonly port?: number }[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { host = '127.0.0.1', port = 0 } of addresses) {
    const server = createServer();
    try {
      await startListening(server, host, port);
      await new Promise((resolve) => {
        server.close(resolve);
      });
    } catch (error) {
      if (!(error instanceof RuntimeProblem)) throw error;
      problems.push(error.problem);
    }
  }
  return problems;
}

const ADDRESS_WORDS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  EADDRINUSE: ['another process listens there', 'Stop that process, or give another port.'],
  EACCES: ['listening there is not permitted', 'Give a port from 1024 on, or the process the right to use it.'],
  EADDRNOTAVAIL: ['this machine does not have that address', 'Give one that it has.'],
};

function addressProblem(host: string, port: number, error: Error): RuntimeProblem {
  const code = errorCode(error);
  const [message, remedy] = ADDRESS_WORDS[code] ?? [`listening there failed (${code})`, 'Check the address.'];
  return new RuntimeProblem({ path: `${host}:${port}`, message, remedy }, { cause: error });
}

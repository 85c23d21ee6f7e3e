import type { Socket } from 'node:net';

/** Limits the open connections of each host, by its certificate. An agent needs two or three. */
export class HostConnections {
  readonly #max: number;
  readonly #counts = new Map<string, number>();
  readonly #admitted = new WeakSet<Socket>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the host may have another connection. If so, it counts until it is closed. */
  admit(socket: Socket, hostname: string): boolean {
    if (this.#admitted.has(socket)) return true;
    const count = this.#counts.get(hostname) ?? 0;
    if (count >= this.#max) return false;
    this.#admitted.add(socket);
    this.#counts.set(hostname, count + 1);
    socket.once('close', () => this.#leave(hostname));
    return true;
  }

  #leave(hostname: string): void {
    const left = (this.#counts.get(hostname) ?? 1) - 1;
    if (left === 0) this.#counts.delete(hostname);
    else this.#counts.set(hostname, left);
  }
}

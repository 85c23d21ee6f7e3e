import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to bytes, in both directions. */
export type LinkState =
  | { readonly type: 'open' }
  /** Nothing gets through, but connections stay open. */
  | { readonly type: 'cut' }
  /** Everything takes this much longer in each direction, in real time. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** An intermediary answers with 403. */
  | { readonly type: 'bounce' };

const BOUNCED = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

/** A proxy between one host and the control plane, which a rehearsal can cut or slow down. */
export class RehearsedLink {
  readonly #server: Server;
  readonly #target: () => URL | null;
  readonly #sockets = new Set<Socket>();
  #state: LinkState = { type: 'open' };

  /** @param target where the control plane listens now; `null` while it does not */
  constructor(target: () => URL | null) {
    this.#target = target;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    // A server that listens on a port has an address of this kind.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  set(state: LinkState): void {
    this.#state = state;
    // A cut connection stays dead, and a bounced one is answered at once.
    for (const socket of this.#sockets) if (state.type !== 'slow') socket.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(socket: Socket): void {
    const target = this.#target();
    this.#keep(socket);
    if (this.#state.type === 'bounce') {
      socket.on('data', () => socket.end(BOUNCED));
      return;
    }
    if (this.#state.type === 'cut') return;
    if (target === null) {
      socket.destroy();
      return;
    }
    const onward = connect(Number(target.port), target.hostname);
    this.#keep(onward);
    this.#forward(socket, onward);
    this.#forward(onward, socket);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #forward(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      const delayMs = this.#state.type === 'slow' ? this.#state.delayMs : 0;
      if (delayMs === 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), delayMs);
    });
    from.on('close', () => to.destroy());
  }
}

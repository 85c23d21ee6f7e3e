import type { IncomingMessage } from 'node:http';

/** A body that was read; or why not. */
export type BodyResult =
  | { readonly ok: true; readonly text: string }
  /** `gone`: the other side went away in the middle. */
  | { readonly ok: false; readonly because: 'too-large' | 'no-room' | 'gone' | 'not-utf8' };

/** How many bytes of bodies may be in memory at once, over all requests. */
export class BodyRoom {
  readonly #maxBytes: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.#maxBytes) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Reads the body of a request, up to `maxBytes`. What says that it is longer is not read at all. */
export async function readBody(request: IncomingMessage, maxBytes: number, room: BodyRoom): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { ok: false, because: 'too-large' };
  const chunks: Buffer[] = [];
  let length = 0;
  let held = 0;
  try {
    for await (const chunk of request) {
      // A request without an encoding gives buffers.
      const bytes = chunk as Buffer;
      length += bytes.length;
      if (length > maxBytes) return { ok: false, because: 'too-large' };
      if (!room.take(bytes.length)) return { ok: false, because: 'no-room' };
      held += bytes.length;
      chunks.push(bytes);
    }
    return { ok: true, text: utf8.decode(Buffer.concat(chunks)) };
  } catch (error) {
    return { ok: false, because: error instanceof TypeError ? 'not-utf8' : 'gone' };
  } finally {
    room.give(held);
  }
}

/** A body, or why it could not be read. */
export type BodyResult =
  | { readonly ok: true; readonly text: string }
  /** `gone`: the client disconnected in the middle. */
  | { readonly ok: false; readonly because: 'too-large' | 'no-room' | 'gone' | 'not-utf8' };

/** Limits the bytes of all request bodies in memory. */
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

/**
 * Reads the body of a request, up to `maxBytes`.
 *
 * @param contentLength as announced by the request; a body that is too long is not read at all
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  contentLength: number,
  maxBytes: number,
  room: BodyRoom,
): Promise<BodyResult> {
  if (contentLength > maxBytes) return { ok: false, because: 'too-large' };
  const chunks: Uint8Array[] = [];
  let length = 0;
  let held = 0;
  try {
    for await (const bytes of body) {
      length += bytes.length;
      if (length > maxBytes) return { ok: false, because: 'too-large' };
      if (!room.take(bytes.length)) return { ok: false, because: 'no-room' };
      held += bytes.length;
      chunks.push(bytes);
    }
  } catch {
    return { ok: false, because: 'gone' };
  } finally {
    room.give(held);
  }
  try {
    return { ok: true, text: utf8.decode(Buffer.concat(chunks)) };
  } catch {
    return { ok: false, because: 'not-utf8' };
  }
}

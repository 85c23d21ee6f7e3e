import { MAX_TEXT_BYTES } from '../../wire/index.ts';

/** The last bytes of a program's output, up to a limit. */
export class OutputTail {
  #bytes: Buffer = Buffer.alloc(0);

  add(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]).subarray(-MAX_TEXT_BYTES);
  }

  /** From the first whole character. */
  text(): string {
    let start = 0;
    while (start < this.#bytes.length && start < 3 && isContinuation(this.#bytes[start])) start += 1;
    return this.#bytes.toString('utf8', start);
  }
}

/** A UTF-8 continuation byte. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

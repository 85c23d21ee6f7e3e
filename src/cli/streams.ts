import type { Writable } from 'node:stream';

/** A reader that has seen enough (`| head`) ends the command, without a word and without an error. */
export function endQuietlyOnClosedPipe(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

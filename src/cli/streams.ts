import type { Writable } from 'node:stream';
import { EXIT } from './exit-codes.ts';
import { problemText } from './problem.ts';

/**
 * A reader that has seen enough (`| head`) ends the command, without a word and without an error; a full disk ends it
 * with a word.
 */
export function endQuietlyOnClosedPipe(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    // This very stream may be the one that takes no more: what standard error takes is a courtesy.
    if (stream !== process.stderr)
      process.stderr.write(
        problemText('Standard output', [
          {
            path: '-',
            message: `it cannot be written: ${error.message}`,
            remedy: 'Make room there, or write elsewhere.',
          },
        ]),
      );
    process.exit(EXIT.badInput);
  });
}

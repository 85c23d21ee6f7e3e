import type { Command } from 'commander';
import { servePeer } from '../testing/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export function addPeerCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  program
    .command('peer')
    .description('Answer the questions of `conform` with this implementation, line by line')
    .addHelpText(
      'after',
      `
Example:
  $ nixfleet-statechart conform --exec 'nixfleet-statechart peer'

Reads one JSON request a line from standard input, until it ends: see docs/conformance-protocol.md.
`,
    )
    .action(async () => {
      await servePeer(process.stdin, process.stdout);
      onDone(EXIT.ok);
    });
}

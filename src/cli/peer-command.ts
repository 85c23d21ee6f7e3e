import { Writable } from 'node:stream';
import { servePeer } from '../testing/node.ts';
import { EXIT, exitCodesHelp } from './exit-codes.ts';
import type { DefineCommand } from './io.ts';

const HELP = `
Example:
  $ nixfleet-statechart conform --exec 'nixfleet-statechart peer'

Reads one JSON request per line from standard input until it ends: see
docs/conformance-protocol.md.
`;

export const definePeer: DefineCommand = (command, io, onDone) => {
  command.addHelpText('after', HELP + exitCodesHelp('others')).action(async () => {
    const failures: Error[] = [];
    const output = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        io.stdout.write(chunk);
        done();
      },
    });
    output.on('error', (error) => failures.push(error));
    await servePeer(io.stdin, output);
    for (const failure of failures) throw failure;
    onDone(EXIT.ok);
  });
};

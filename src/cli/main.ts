#!/usr/bin/env node
import { run } from './program.ts';
import { endQuietlyOnClosedPipe } from './streams.ts';

endQuietlyOnClosedPipe(process.stdout);
endQuietlyOnClosedPipe(process.stderr);
process.exitCode = await run(process.argv.slice(2));

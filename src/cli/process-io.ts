import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Io, Output } from './io.ts';
import { errorCode } from '../text/index.ts';

const [STDOUT, STDERR] = [1, 2];
const LONGEST_PAUSE_MS = 16;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The streams, environment and signals of this process. */
export function processIo(): Io {
  const stderr = outputTo(STDERR, () => process.stderr);
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: outputTo(STDOUT, () => process.stdout),
    stderr: { ...stderr, write: (data) => attempt(() => stderr.write(data)) },
    env: process.env,
    interruption: interruption(),
  };
}

function outputTo(descriptor: number, stream: () => NodeJS.WriteStream): Output {
  const isTerminal = isatty(descriptor);
  return {
    write: (data) => writeAll(descriptor, Buffer.from(data)),
    isTerminal,
    get columns() {
      return isTerminal ? stream().columns : 0;
    },
  };
}

/** Failing to write to standard error does not fail the command. */
function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere left to report it.
  }
}

/**
 * Writes everything, and waits for a slow reader. A run is synchronous, so a stream could not drain meanwhile; and a
 * non-blocking pipe rejects data while it is full.
 */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let pauseMs = 1;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
      pauseMs = 1;
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

function interruption(): () => AbortSignal {
  let controller: AbortController | null = null;
  return () => {
    if (controller === null) {
      const started = new AbortController();
      controller = started;
      const onSignal = (signal: NodeJS.Signals): void => {
        for (const name of SIGNALS) process.off(name, onSignal);
        started.abort(signal);
      };
      for (const name of SIGNALS) process.on(name, onSignal);
    }
    return controller.signal;
  };
}

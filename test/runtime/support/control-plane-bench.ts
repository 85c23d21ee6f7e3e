import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  runControlPlane,
  sqliteStore,
  type ControlPlaneOptions,
  type LogLine,
  type RunningControlPlane,
} from '../../../src/runtime/control-plane/index.ts';
import { TestClock } from './test-clock.ts';

/** A folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Bench {
  readonly clock: TestClock;
  readonly lines: readonly LogLine[];
  readonly address: string;
  readonly running: RunningControlPlane;
}

export type BenchOptions = Omit<ControlPlaneOptions, 'store'> & {
  readonly store?: ControlPlaneOptions['store'];
  /** The file of the database; one in memory by default. */
  readonly path?: string;
  readonly clock?: TestClock;
  /** With an empty database, it dispatches nothing before it has heard the agents, as in production. */
  readonly hearsFirst?: boolean;
};

/**
 * A control plane on a free port, with a clock that the test moves. It dispatches immediately, and is closed after the
 * test.
 */
export async function startBench({
  path = ':memory:',
  hearsFirst = false,
  ...options
}: BenchOptions = {}): Promise<Bench> {
  const clock = options.clock ?? new TestClock();
  const lines: LogLine[] = [];
  const running = await runControlPlane({
    log: (line) => lines.push(line),
    ...options,
    config: hearsFirst ? {} : { dispatchFrom: null, ...options.config },
    store: options.store ?? (await sqliteStore(path)),
    clock,
  });
  onTestFinished(() => running.close());
  return { clock, lines, running, address: running.address ?? '' };
}

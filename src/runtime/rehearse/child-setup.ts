import { readFileSync } from 'node:fs';
import type { AgentSettings, ProbeDefinition } from '../../agent/index.ts';
import type { AgentManifest } from '../../wire/index.ts';
import type { Time } from '../../machine/index.ts';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { RehearsalClock } from './run-clock.ts';

/** The time of a rehearsal. All its processes share it, except for hosts whose clocks are wrong. */
export interface RehearsalTime {
  readonly startAt: Time;
  readonly speed: number;
  /** Where its clock is read, and the slot of this process: see `RunClock`. */
  readonly clockPath: string;
  readonly slot: number;
  /** How far this clock is ahead, and how much faster it runs, in millionths. */
  readonly skewMs: number;
  readonly driftPpm: number;
}

/** What an agent of a rehearsal needs to start. */
export interface AgentSetup {
  readonly hostname: string;
  readonly folder: string;
  readonly url: string;
  readonly time: RehearsalTime;
  readonly settings: AgentSettings;
  readonly probes: readonly ProbeDefinition[];
  readonly requestTimeoutMs: number;
  readonly longPollMs: number;
  readonly workSecs: { readonly switch: number; readonly rollback: number; readonly probe: number };
}

/** What the control plane of a rehearsal needs to start. */
export interface ControlPlaneSetup {
  readonly folder: string;
  readonly time: RehearsalTime;
  readonly heartbeatSecs: number;
  readonly planSecs: number;
  readonly longPollSecs: number;
  readonly hosts: number;
  /** Whether this is the first start: the fleet existed before, and nothing was in progress. */
  readonly isFirst: boolean;
}

/** What is currently signed, in a file that all processes read. */
export interface Released {
  readonly rollouts: readonly RolloutManifest[];
}

/** What is currently wrong on a host, in a file that its agent reads. */
export interface HostTrouble {
  /** Probes that fail, or never end, while one of `closures` runs; `null` for any closure. */
  readonly probes: readonly {
    readonly probeName: string | null;
    readonly closure: string | null;
    readonly outcome: 'fail' | 'silent';
  }[];
  readonly isManifestExpired: boolean;
}

export const NO_TROUBLE: HostTrouble = { probes: [], isManifestExpired: false };

/** Orders a child to kill itself once this many effects of a turn have been performed. */
export interface CrashOrder {
  readonly afterEffects: number;
}

/** Obeys the parent, and ends with it. */
export function obeyParent(onCrash: (afterEffects: number) => void): void {
  // Safe: only the parent sends messages.
  process.on('message', (message) => onCrash((message as CrashOrder).afterEffects));
  // Nothing else would end an orphan.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** Reads a file written by the parent. */
export function readSetup<Setup>(path: string): Setup {
  return JSON.parse(readFileSync(path, 'utf8')) as Setup;
}

/** How often a timer checks a clock that stands still, in real time. */
const LOOK_AGAIN_MS = 5;

/** The clock of a process of a rehearsal. */
export function rehearsalClock(
  clock: RehearsalClock,
  { startAt, speed, skewMs, driftPpm }: Omit<RehearsalTime, 'clockPath' | 'slot'>,
): Clock {
  const rate = 1 + driftPpm / 1e6;
  return {
    now: () => Math.floor(startAt + skewMs + clock.runMs * rate),
    elapsedMs: () => clock.runMs * rate,
    after: (delayMs, callback) => {
      const dueRunMs = clock.runMs + Math.max(0, delayMs) / rate;
      let timer: NodeJS.Timeout;
      const wait = (leastMs: number): void => {
        const realMs = Math.max(leastMs, (dueRunMs - clock.runMs) / speed);
        timer = setTimeout(look, Math.min(2 ** 31 - 1, realMs)).unref();
      };
      const look = (): void => (clock.runMs < dueRunMs ? wait(LOOK_AGAIN_MS) : callback());
      wait(0);
      return () => clearTimeout(timer);
    },
  };
}

/** A host's part of the signed manifests. */
export function manifestsOf({ rollouts }: Released, hostname: string): readonly AgentManifest[] {
  return rollouts.flatMap(({ rolloutId, channel, policy, hosts }) =>
    hosts
      .filter((host) => host.hostname === hostname)
      .map(({ targetClosure }) => ({ rolloutId, hostname, channel, targetClosure, policy })),
  );
}

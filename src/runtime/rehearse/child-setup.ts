import { readFileSync } from 'node:fs';
import type { AgentSettings, ProbeDefinition } from '../../agent/index.ts';
import type { AgentManifest } from '../../wire/index.ts';
import type { Time } from '../../machine/index.ts';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { Clock } from '../shared/clock.ts';
import { writeLine } from './journal.ts';

/** The time of a rehearsal, the same in all of its processes but for hosts whose clocks are wrong. */
export interface RehearsalTime {
  readonly speed: number;
  /** How far this clock is ahead, and how much faster it goes, in millionths. */
  readonly skewMs: number;
  readonly driftPpm: number;
}

/** What an agent of a rehearsal is started with. */
export interface AgentSetup {
  readonly hostname: string;
  readonly folder: string;
  readonly url: string;
  readonly time: RehearsalTime;
  readonly settings: AgentSettings;
  readonly probes: readonly ProbeDefinition[];
  readonly requestTimeoutMs: number;
  readonly longPollMs: number;
  /** Of real time. */
  readonly workSecs: { readonly switch: number; readonly rollback: number; readonly probe: number };
}

/** What the control plane of a rehearsal is started with. */
export interface ControlPlaneSetup {
  readonly folder: string;
  readonly time: RehearsalTime;
  readonly heartbeatSecs: number;
  readonly planSecs: number;
  readonly longPollSecs: number;
  readonly hosts: number;
  /** The first start: the fleet was there before, and nothing was in progress. */
  readonly isFirst: boolean;
}

/** What is signed at the moment, in a file that all processes read. */
export interface Released {
  readonly rollouts: readonly RolloutManifest[];
}

/** What goes wrong on a host at the moment, in a file that its agent reads. */
export interface HostTrouble {
  /** Runs of a probe fail, or never end, while one of `closures` runs; `null` stands for any. */
  readonly probes: readonly {
    readonly probeName: string | null;
    readonly closure: string | null;
    readonly outcome: 'fail' | 'silent';
  }[];
  readonly isManifestExpired: boolean;
}

export const NO_TROUBLE: HostTrouble = { probes: [], isManifestExpired: false };

/** A message from the rehearsal to a child. */
export type ChildOrder =
  /** Begin. Until then a child only loads itself, so that all of them begin at the same moment. */
  | { readonly type: 'go'; readonly startAt: Time }
  /** Kill yourself once this many effects of a turn have been performed. */
  | { readonly type: 'crash'; readonly afterEffects: number };

/** Resolves to the real moment at which the rehearsal began, once this child is to begin. */
export function beginChild(onCrash: (afterEffects: number) => void): Promise<Time> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      // The parent is the only one who sends anything.
      const order = message as ChildOrder;
      if (order.type === 'go') resolve(order.startAt);
      else onCrash(order.afterEffects);
    });
    // Without its parent, nothing would ever end it.
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    writeLine({ type: 'ready' });
  });
}

/** Reads a message from the parent, the only writer. */
export function readSetup<Setup>(path: string): Setup {
  return JSON.parse(readFileSync(path, 'utf8')) as Setup;
}

/** The clock of a process of a rehearsal. */
export function rehearsalClock({ speed, skewMs, driftPpm }: RehearsalTime, startAt: Time): Clock {
  const rate = speed * (1 + driftPpm / 1e6);
  return {
    now: () => Math.floor(startAt + skewMs + (Date.now() - startAt) * rate),
    elapsedMs: () => performance.now() * rate,
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, Math.min(2 ** 31 - 1, Math.max(0, delayMs / rate)));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** What the signed manifests say to a host. */
export function manifestsOf({ rollouts }: Released, hostname: string): readonly AgentManifest[] {
  return rollouts.flatMap(({ rolloutId, channel, policy, hosts }) =>
    hosts
      .filter((host) => host.hostname === hostname)
      .map(({ targetClosure }) => ({ rolloutId, hostname, channel, targetClosure, policy })),
  );
}

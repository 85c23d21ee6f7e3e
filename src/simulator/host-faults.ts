import type { Work, WorkResult } from './work.ts';

/** Determines how the next jobs of a host's worker end. */
export interface ArmedWork {
  readonly kind: Work['kind'];
  /** The closure that it applies to; `null` for any. */
  readonly closure: string | null;
  /** How many jobs it still applies to. */
  left: number;
  /** It does not apply to jobs that end later. */
  readonly untilMs?: number;
  readonly end: (work: Work) => WorkResult;
}

/** Determines how runs of a host's probes end. */
export interface ArmedProbe {
  /** `null` for every enforce probe. */
  readonly probe: string | null;
  /** The probes are affected while this closure runs; `null` for the target of the rollout that they run for. */
  readonly closure: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The probes are affected whatever closure runs. */
  readonly isAnyClosure?: true;
  /** The controls that an evidence probe then finds not met. */
  readonly failingControls?: readonly string[];
  /** The outcome of a run that ends now. */
  readonly outcome: (nowMs: number) => 'fail' | 'pass' | 'silent';
  /** Reports the fault, at the first run that it affects. */
  readonly report: (probeName: string) => void;
  hasStruck: boolean;
}

/** Affects the messages of a host. */
export interface ArmedLink {
  readonly untilMs: number;
  /** Whether nothing gets through in one direction, so the host waits for an answer that never comes. */
  readonly isCut: boolean;
  /** The delay of a message that would otherwise take `delayMs`, or `LOST`. */
  readonly pass: (what: 'request' | 'answer', delayMs: number) => number;
}

/** Makes the next jobs of a host's worker take longer. */
export interface ArmedDelay {
  readonly kind: Work['kind'];
  readonly untilMs: number;
  left: number;
  readonly extraMs: () => number;
}

/** Something that happens on each of the next occasions, until none is left. */
export interface ArmedTimes {
  left: number;
  readonly report: () => void;
}

export interface ArmedCrash {
  readonly afterEffects: number;
  readonly downMs: number | null;
  readonly losesTail: boolean;
}

/** The faults armed for one host and its link. Times are since the start of the run. */
export interface HostFaults {
  readonly work: ArmedWork[];
  readonly probes: ArmedProbe[];
  readonly links: ArmedLink[];
  readonly delays: ArmedDelay[];
  /** The machine boots the closure that ran before. */
  readonly boots: ArmedTimes[];
  /** The agent gets the report of a worker twice. */
  readonly repeats: ArmedTimes[];
  crash: ArmedCrash | null;
  duplicatedUntilMs: number;
  /** The signed manifest counts as too old until then. */
  manifestExpiredUntilMs: number;
}

export function noHostFaults(): HostFaults {
  return {
    work: [],
    probes: [],
    links: [],
    delays: [],
    boots: [],
    repeats: [],
    crash: null,
    duplicatedUntilMs: 0,
    manifestExpiredUntilMs: 0,
  };
}

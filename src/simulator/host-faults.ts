import type { Work, WorkResult } from './work.ts';

/** Decides how the next jobs of a host's worker end. */
export interface ArmedWork {
  readonly kind: Work['kind'];
  /** The closure that it is about; `null` for any. */
  readonly closure: string | null;
  /** How many jobs it still decides. */
  left: number;
  /** It decides no job that ends later. */
  readonly untilMs?: number;
  readonly end: (work: Work) => WorkResult;
}

/** Decides how runs of a host's probes end. */
export interface ArmedProbe {
  /** `null` for every enforce probe. */
  readonly probe: string | null;
  /** The probes are affected while this closure runs; `null` for the target of the rollout that they run for. */
  readonly closure: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whatever runs, the probes are affected. */
  readonly isAnyClosure?: true;
  /** The controls that an evidence probe then finds not met. */
  readonly failingControls?: readonly string[];
  /** How a run that ends now ends. */
  readonly outcome: (nowMs: number) => 'fail' | 'pass' | 'silent';
  /** Reports the fault, at the first run that it affects. */
  readonly report: (probeName: string) => void;
  hasStruck: boolean;
}

/** Does something to the messages of a host. */
export interface ArmedLink {
  readonly untilMs: number;
  /** Whether nothing passes in one direction, so that the host waits in vain. */
  readonly isCut: boolean;
  /** How long a message takes now that would take `delayMs`, or `LOST`. */
  readonly pass: (what: 'request' | 'answer', delayMs: number) => number;
}

/** Makes the next jobs of a host's worker take longer. */
export interface ArmedDelay {
  readonly kind: Work['kind'];
  readonly untilMs: number;
  left: number;
  readonly extraMs: () => number;
}

/** Decides which closure a machine comes up with. */
export interface ArmedBoot {
  left: number;
  readonly report: () => void;
}

export interface ArmedCrash {
  readonly afterEffects: number;
  readonly downMs: number | null;
  readonly losesTail: boolean;
}

/** Everything that is arranged to go wrong on one host, and with its link. Times are since the start of the run. */
export interface HostFaults {
  readonly work: ArmedWork[];
  readonly probes: ArmedProbe[];
  readonly links: ArmedLink[];
  readonly delays: ArmedDelay[];
  /** The machine comes up with the closure that ran before. */
  readonly boots: ArmedBoot[];
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
    crash: null,
    duplicatedUntilMs: 0,
    manifestExpiredUntilMs: 0,
  };
}

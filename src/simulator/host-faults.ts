import type { DeferActivation, FailActivation, FailRollback, MisreportClosure } from './scenario-steps.ts';

/** A fault of a worker that waits for its next job. */
export interface ArmedWork {
  readonly action: FailActivation | MisreportClosure | DeferActivation | FailRollback;
  /** The closure that it is about; `null` for any. */
  readonly closure: string | null;
  left: number;
}

/** A fault of probes. */
export interface ArmedProbe {
  readonly kind: 'fails' | 'flaps' | 'silent';
  /** `null` for every enforce probe. */
  readonly probe: string | null;
  readonly closure: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodMs: number;
  hasFired: boolean;
}

export interface ArmedCrash {
  readonly afterEffects: number;
  readonly downMs: number | null;
  readonly losesTail: boolean;
}

/** Everything that is arranged to go wrong on one host, and with its link. Times are since the start of the run. */
export interface HostFaults {
  work: ArmedWork[];
  probes: ArmedProbe[];
  crash: ArmedCrash | null;
  cutUntil: number;
  slowUntil: number;
  slowExtraMs: number;
  requestsLostUntil: number;
  answersLostUntil: number;
  duplicatedUntil: number;
}

export function noHostFaults(): HostFaults {
  return {
    work: [],
    probes: [],
    crash: null,
    cutUntil: 0,
    slowUntil: 0,
    slowExtraMs: 0,
    requestsLostUntil: 0,
    answersLostUntil: 0,
    duplicatedUntil: 0,
  };
}

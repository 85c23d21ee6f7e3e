import type { FaultName } from './fault-names.ts';

type Nothing = Readonly<Record<string, never>>;

/** What is known of each fault when it strikes. */
export interface FaultParams {
  readonly 'agent-crash': Nothing;
  /** The agent died after `afterEffects` of the `ofEffects` effects of one input. */
  readonly 'crash-between-effects': { readonly afterEffects: number; readonly ofEffects: number };
  readonly 'tail-lost': { readonly lostEvents: number };
  readonly reboot: Nothing;
  /** `null`: for good. */
  readonly offline: { readonly forMs: number | null };
  readonly 'late-host': { readonly joinsAtMs: number };
  readonly 'control-plane-restart': Nothing;
  readonly 'database-lost': Nothing;
  readonly 'activation-fails': { readonly exitCode: number };
  readonly 'wrong-closure': { readonly closure: string };
  readonly 'activation-deferred': { readonly component: string };
  readonly 'probe-fails': { readonly probeName: string };
  readonly 'probe-flaps': { readonly probeName: string; readonly periodMs: number };
  readonly 'probe-silent': { readonly probeName: string };
  readonly 'rollback-fails': { readonly exitCode: number };
  readonly 'clock-skew': { readonly skewMs: number; readonly driftPpm: number };
  readonly 'request-lost': Nothing;
  readonly 'answer-lost': Nothing;
  readonly 'request-duplicated': Nothing;
  readonly 'slow-link': { readonly extraMs: number };
  /** What did not get through. */
  readonly partition: { readonly lost: 'request' | 'answer' };
  readonly successor: { readonly rolloutIds: readonly string[] };
}

/** A fault with what is known of it. */
export type KnownFault = {
  readonly [Name in FaultName]: { readonly fault: Name; readonly params: FaultParams[Name] };
}[FaultName];

/** The parameters in a few words; empty where the name says everything. */
export function faultDetail({ fault, params }: KnownFault): string {
  switch (fault) {
    case 'crash-between-effects':
      return `after ${params.afterEffects} of ${params.ofEffects} effects`;
    case 'tail-lost':
      return `${params.lostEvents} events`;
    case 'offline':
      return params.forMs === null ? 'for good' : `for ${params.forMs} ms`;
    case 'late-host':
      return `after ${params.joinsAtMs} ms`;
    case 'activation-fails':
    case 'rollback-fails':
      return `exit code ${params.exitCode}`;
    case 'wrong-closure':
      return params.closure;
    case 'activation-deferred':
      return params.component;
    case 'probe-fails':
    case 'probe-silent':
      return params.probeName;
    case 'probe-flaps':
      return `${params.probeName} every ${params.periodMs} ms`;
    case 'clock-skew':
      return `${params.skewMs} ms, ${params.driftPpm} ppm`;
    case 'slow-link':
      return `${params.extraMs} ms`;
    case 'partition':
      return params.lost;
    case 'successor':
      return params.rolloutIds.join(', ');
    case 'agent-crash':
    case 'reboot':
    case 'control-plane-restart':
    case 'database-lost':
    case 'request-lost':
    case 'answer-lost':
    case 'request-duplicated':
      return '';
  }
}

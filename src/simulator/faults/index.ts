import { activationDeferred } from './activation-deferred.ts';
import { activationFails } from './activation-fails.ts';
import { clockSkew } from './clock-skew.ts';
import { controlPlaneRestart } from './control-plane-restart.ts';
import { crash } from './crash.ts';
import { databaseLost } from './database-lost.ts';
import type { FaultGuide, FaultHooks, FaultKind, RateField, StepAction, StepKind } from './fault.ts';
import { lateHost } from './late-host.ts';
import { messagesLost } from './messages-lost.ts';
import { offline } from './offline.ts';
import { partition } from './partition.ts';
import { probeFails } from './probe-fails.ts';
import { probeFlaps } from './probe-flaps.ts';
import { probeSilent } from './probe-silent.ts';
import { reboot } from './reboot.ts';
import { requestDuplicated } from './request-duplicated.ts';
import { rollbackFails } from './rollback-fails.ts';
import { slowLink } from './slow-link.ts';
import { successor } from './successor.ts';
import { bootFallsBack } from './boot-falls-back.ts';
import { diskLost } from './disk-lost.ts';
import { failsAfterSwitching } from './fails-after-switching.ts';
import { fetchFails } from './fetch-fails.ts';
import { fetchSlow } from './fetch-slow.ts';
import { manifestExpired } from './manifest-expired.ts';
import { requestBounced } from './request-bounced.ts';
import { rollbackLies } from './rollback-lies.ts';
import { switchedByHand } from './switched-by-hand.ts';
import { unitsFailed } from './units-failed.ts';
import { reportRepeated } from './report-repeated.ts';
import { workerHangs } from './worker-hangs.ts';
import { controlsFail } from './controls-fail.ts';
import { hostUnhealthy } from './host-unhealthy.ts';
import { wrongClosure } from './wrong-closure.ts';
import { backupRestored } from './backup-restored.ts';
import { controlPlaneClock } from './control-plane-clock.ts';
import { controlPlaneKilled } from './control-plane-killed.ts';
import { retentionExpired } from './retention-expired.ts';
import { rolloutCleared } from './rollout-cleared.ts';
import { signingStopped } from './signing-stopped.ts';

/** Every kind of fault, in the order of reports and documents. A new one needs a file and a line here. */
const KINDS = [
  crash,
  diskLost,
  reboot,
  bootFallsBack,
  offline,
  lateHost,
  controlPlaneRestart,
  controlPlaneKilled,
  databaseLost,
  backupRestored,
  retentionExpired,
  rolloutCleared,
  controlPlaneClock,
  activationFails,
  failsAfterSwitching,
  unitsFailed,
  wrongClosure,
  switchedByHand,
  activationDeferred,
  probeFails,
  probeFlaps,
  probeSilent,
  controlsFail,
  hostUnhealthy,
  rollbackFails,
  rollbackLies,
  workerHangs,
  reportRepeated,
  fetchSlow,
  fetchFails,
  manifestExpired,
  signingStopped,
  clockSkew,
  messagesLost,
  requestBounced,
  requestDuplicated,
  slowLink,
  partition,
  successor,
] as const;

type Kind = (typeof KINDS)[number];
type ParamsOf<K> = K extends FaultKind<infer Params, infer _Action, infer _Rates> ? Params : never;
type ActionOf<K> = K extends FaultKind<infer _Params, infer Action, infer _Rates> ? Action : never;
type RatesOf<K> = K extends FaultKind<infer _Params, infer _Action, infer Rates> ? Rates : never;
type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? { readonly [Name in keyof All]: All[Name] }
  : never;

/** The parameters that each fault is logged with, by its name. */
export type FaultParams = Together<ParamsOf<Kind>>;
/** The name of a fault. */
export type FaultName = keyof FaultParams;

/** A fault with its parameters. */
export type KnownFault = {
  readonly [Name in FaultName]: { readonly fault: Name; readonly params: FaultParams[Name] };
}[FaultName];

/** What a step of a scenario does. */
export type ScenarioAction = ActionOf<Kind>;
/** The type of a step's action. */
export type ScenarioActionType = ScenarioAction['type'];

/**
 * How often each fault happens at random while faults are enabled. A chance is from 0 to 1. `PerHour` is the mean
 * number per hour of true time, for one host or for the control plane. Everything is 0 by default.
 */
export type FaultRates = Together<RatesOf<Kind>>;

type AnyGuide = FaultGuide<object, ScenarioAction, never>;

const guides = KINDS.flatMap(({ faults, rates }) =>
  Object.entries<Partial<AnyGuide>>(faults).map(([name, guide]) => [
    name,
    { rates: Object.keys(rates), detail: () => '', pin: () => null, ...guide },
  ]),
);

/** How each fault is explained, shown and repeated, by its name. */
// The entries are those of all kinds, and `FaultName` is made of the same.
export const FAULT_GUIDES = Object.fromEntries(guides) as unknown as {
  readonly [Name in FaultName]: FaultGuide<FaultParams[Name], ScenarioAction, FaultRates>;
};

// Its own keys, at least one.
/** Every fault that the simulator knows, in the order of lists and reports. */
export const FAULT_NAMES = Object.keys(FAULT_GUIDES) as [FaultName, ...FaultName[]];

/** What each kind does at random. It only looks at its own rates. */
export const FAULT_HOOKS: readonly FaultHooks<FaultRates>[] = KINDS.map(
  ({ hooks = {} }: { readonly hooks?: FaultHooks<FaultRates> }) => hooks,
);

/** The steps of scenarios, by their `do`. */
export const STEP_KINDS: ReadonlyMap<string, StepKind<ScenarioAction>> = new Map(
  KINDS.flatMap(({ faults, step }): [string, StepKind<ScenarioAction>][] =>
    step === null
      ? []
      : [[step.do, { faults: () => Object.keys(faults), isArmed: false, ...step, isOnHosts: 'strikeHost' in step }]],
  ),
);

/** The step that causes each fault; `null` if none does. */
// As above: the names of all kinds.
export const STEPS_OF = Object.fromEntries(
  KINDS.flatMap(({ faults, step }) => Object.keys(faults).map((name) => [name, step?.do ?? null])),
) as { readonly [Name in FaultName]: string | null };

/** The kind of step with this action. */
export function stepKindOf({ type }: StepAction): StepKind<ScenarioAction> {
  const kind = STEP_KINDS.get(type);
  if (kind === undefined) throw new Error(`There is no step ${type}.`);
  return kind;
}

/** Every rate under its name in a scenario file. */
// The fields are those of all kinds, and `FaultRates` is made of the same.
export const FAULT_RATE_FIELDS = Object.assign({}, ...KINDS.map(({ rates }) => rates)) as {
  readonly [Name in keyof FaultRates]: RateField<FaultRates[Name]>;
};

/** Rates at which nothing happens at random. */
export const NO_FAULTS: FaultRates = Object.freeze(
  // One value for each of the fields above.
  Object.fromEntries(
    Object.entries(FAULT_RATE_FIELDS).map(([name, { none }]) => [name, none]),
  ) as unknown as FaultRates,
);

/** The parameters of a fault in a few words; empty if the name is enough. */
export function faultDetail({ fault, params }: KnownFault): string {
  // The parameters are those of this fault, which the compiler cannot see.
  const guide = FAULT_GUIDES[fault] as FaultGuide<typeof params, ScenarioAction, FaultRates>;
  return guide.detail(params);
}

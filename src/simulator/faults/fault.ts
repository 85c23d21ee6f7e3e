import { z } from 'zod';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { HostFaults } from '../host-faults.ts';
import type { MessageKind } from '../network.ts';
import type { Purpose } from '../purposes.ts';
import type { RandomStream } from '../random-streams.ts';
import type { RunMs } from '../run-ms.ts';
import { CHANCE, PER_HOUR, type Kind, type ScenarioField } from '../scenario-file/fields.ts';
import type { Durations, ScenarioHost } from '../scenario-settings.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Span } from '../span.ts';
import { FAILED_EXIT_CODE, KILLED, type Work, type WorkResult } from '../work.ts';
import type { SuccessorRelease } from './successor.ts';

/*
 * A fault is described once, in a file of this folder, and has one line in `index.ts`. Schemas, reading and writing of
 * scenario files, the reference in docs/scenarios.md, reports and shrinking all come from that description.
 */

/** The parameters of a fault without parameters. */
export type Nothing = Readonly<Record<string, never>>;
/** @internal */
export const nothing: z.ZodType<Nothing> = z.object({});

/** The names of the hosts that a step affects. */
export interface OnHosts {
  readonly hosts: readonly string[];
}

/** What a step does; `type` is its `do` in a scenario file. */
export interface StepAction {
  readonly type: string;
  readonly hosts?: readonly string[];
}

/** The state that a control plane restarts with. */
export type DatabaseAfterwards = 'kept' | 'lost' | { readonly ageMs: number };

/** What faults can use of the simulation. */
export interface FaultWorld {
  readonly now: RunMs;
  /** The latest end of the run. */
  readonly untilMs: number;
  readonly nodes: readonly SimulatedHost[];
  readonly durations: Durations;
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  /** Counts and logs a fault that strikes now. `Params` are the fault's own. */
  fired<Params extends object, Name extends keyof Params & string = keyof Params & string>(
    fault: Name,
    hostname: string | null,
    params: Params[Name],
  ): void;
  /** What is armed for a host; mutable. */
  armed(node: SimulatedHost): HostFaults;
  random(owner: string, purpose: Purpose): RandomStream;
  draw(span: Span, owner: string, purpose: Purpose): number;
  /** Keeps the run going at least until then. */
  expect(untilMs: number): void;
  /** The same, even if every rollout is done. */
  schedule(untilMs: number): void;
  /** Calls `strikeByChance` of the kind `self` after `afterMs`, if faults are still enabled. */
  arrange(self: FaultHooks<never>, node: SimulatedHost | null, afterMs: number): void;
  /** Draws whether a crash now loses what is not on disk. */
  losesTail(node: SimulatedHost): boolean;
  /** Makes an operator reboot the host then, if it still waits for a reboot. */
  rebootLater(node: SimulatedHost, afterMs: number): void;
  /** The target closure of the newest release for the host; `null` if none. */
  releasedTo(node: SimulatedHost): string | null;
  publish(release: SuccessorRelease): void;
  readonly isControlPlaneUp: boolean;
  stopControlPlane(downMs: number | null, database: DatabaseAfterwards): void;
  /** Armed: the control plane is killed in the middle of an input. */
  armedKill: { readonly afterEffects: number; readonly downMs: number | null } | null;
  setControlPlaneClock(skewMs: number, driftPpm: number): void;
  /** The rollouts superseded at least this long ago that still have host records; none while the control plane is down. */
  supersededRollouts(forMs: number): readonly string[];
  expireRetention(rolloutId: string): void;
  /** The rollouts that failed or reverted; none while the control plane is down. */
  readonly haltedRollouts: readonly string[];
  clearRollout(rolloutId: string): void;
  /** When manifests are not signed. */
  unsigned: { readonly fromRunMs: RunMs; readonly untilMs: number } | null;
}

/** One name under which a fault is counted and logged: its explanation, its words, and how to repeat it. */
export interface FaultGuide<Params, Action extends StepAction, Rates> {
  /** What the fault tests. */
  readonly tests: string;
  /** The rates that cause it at random. It is on if any of them is above 0. */
  readonly rates: readonly (keyof Rates & string)[];
  /** Another way to request it, in Markdown. */
  readonly also?: string;
  /** Whether a host with this initial state has the fault. */
  isInHost?(host: ScenarioHost): boolean;
  /** Parameters that an event log may contain. @internal */
  readonly params: z.ZodType<Params>;
  /** The parameters in a few words; empty if the name is enough. */
  detail(params: Params): string;
  /** What repeats a fault that struck at random; `null` if something else does. */
  pin(params: Params, context: PinContext<Rates>): Pinned<Action> | null;
}

export interface PinContext<Rates> {
  readonly hosts: readonly string[];
  readonly atMs: number;
  readonly untilMs: number;
  readonly rates: Rates;
  /** Whether events were lost with the crash. */
  readonly losesTail: boolean;
}

/** A step at the time of the fault, or hosts with another initial state. */
export type Pinned<Action extends StepAction> =
  | { readonly step: Action }
  | { readonly host: Partial<Omit<ScenarioHost, 'hostname'>> };

/** How a scenario requests a fault. */
export interface StepKind<Action extends StepAction> {
  readonly do: Action['type'];
  readonly isOnHosts: boolean;
  /** Settings in a scenario file, besides time and hosts. @internal */
  readonly shape: Readonly<Record<string, z.ZodType>>;
  /** Whether it strikes only when a host next does what the fault affects. */
  readonly isArmed: boolean;
  /** The faults that the step may cause. */
  faults(action: Action): readonly string[];
  /** Reads the settings of a file that passed `shape`. `null` if a problem was reported. */
  read(given: Readonly<Record<string, unknown>>, context: ReadContext): OwnSettings<Action> | null;
  /** The settings to write; defaults are `undefined`. */
  write(action: Action, context: WriteContext): Readonly<Record<string, unknown>>;
  words(action: Action): string;
  strike?(world: FaultWorld, action: Action): void;
  /** In place of `strike`, for a step on hosts: called for each of them. */
  strikeHost?(world: FaultWorld, action: Action, node: SimulatedHost): void;
}

/** A guide as the file of a fault has it. Left out: all rates of the file, no words, and never at random. */
type OwnGuide<Params, Action extends StepAction, Rates> = Omit<FaultGuide<Params, Action, Rates>, Defaulted> &
  Partial<Pick<FaultGuide<Params, Action, Rates>, Defaulted>>;
type Defaulted = 'rates' | 'detail' | 'pin';

/** A step as the file of a fault has it. Left out: the file's only fault, and that the step strikes at once. */
type OwnStep<Action extends StepAction> = Omit<
  StepKind<Action>,
  'isOnHosts' | 'isArmed' | 'faults' | 'strike' | 'strikeHost'
> &
  Partial<Pick<StepKind<Action>, 'faults' | 'isArmed'>> &
  Required<Pick<StepKind<Action>, Action extends OnHosts ? 'strikeHost' : 'strike'>>;

/** What depends on the rest of the scenario. */
export interface ReadContext {
  release(given: Readonly<Record<string, unknown>>): SuccessorRelease | null;
}

export interface WriteContext {
  release(release: SuccessorRelease): Readonly<Record<string, unknown>>;
}

export type OwnSettings<Action> = Omit<Action, 'type' | 'hosts'>;

/** How a fault strikes at random. `rates` are the scenario's. Hooks are called while faults are enabled. */
export interface FaultHooks<Rates> {
  /** Before the run begins, for each host. */
  beginHost?(world: FaultWorld, rates: Rates, node: SimulatedHost): void;
  beginControlPlane?(world: FaultWorld, rates: Rates): void;
  /** Something scheduled with `arrange` is due. */
  strikeByChance?(world: FaultWorld, rates: Rates, node: SimulatedHost | null): void;
  /** May change the closure that a worker activates. Called before `endWork`. */
  bringClosure?(world: FaultWorld, rates: Rates, node: SimulatedHost, closure: string): void;
  /** A worker is finished: how its job ended, or `null` for success. */
  endWork?(world: FaultWorld, rates: Rates, node: SimulatedHost, work: Work): WorkResult | null;
  /** A worker starts: how much longer its job takes than usual. */
  delaysWork?(world: FaultWorld, rates: Rates, node: SimulatedHost, work: Work): number;
  /** An agent gets the report of a worker: whether it gets it twice. */
  repeatsReport?(world: FaultWorld, rates: Rates, node: SimulatedHost): boolean;
  /** A machine boots another closure: whether it falls back to the previous one. */
  fallsBack?(world: FaultWorld, rates: Rates, node: SimulatedHost): boolean;
  /** Before a message: whether it is lost. */
  losesMessage?(world: FaultWorld, rates: Rates, node: SimulatedHost, what: 'request' | 'answer'): boolean;
  /** Whether something in between answers a request. */
  bouncesRequest?(world: FaultWorld, rates: Rates, node: SimulatedHost): boolean;
  duplicatesRequest?(world: FaultWorld, rates: Rates, node: SimulatedHost, kind: MessageKind): boolean;
}

/** A rate under its name in a scenario file, with the value that disables it. */
export interface RateField<Value> extends ScenarioField<Value> {
  readonly none: Value;
}

/**
 * One kind of fault.
 *
 * @typeParam Params the parameters that are logged, by the name of the fault
 * @typeParam Action the step of a scenario; `never` if no step causes it
 * @typeParam Rates how often it happens at random
 */
export interface FaultKind<Params extends object, Action extends StepAction, Rates extends object> {
  readonly faults: { readonly [Name in keyof Params]: OwnGuide<Params[Name], Action, Rates> };
  readonly step: OwnStep<Action> | null;
  readonly rates: { readonly [Name in keyof Rates]: RateField<Rates[Name]> };
  readonly hooks?: FaultHooks<Rates>;
}

/** Strikes every host at random, `perHour` times an hour on average. */
export function onHostsPerHour<Rates>(
  perHour: (rates: Rates) => number,
  purpose: Purpose,
  strike: (world: FaultWorld, node: SimulatedHost, rates: Rates) => void,
): FaultHooks<Rates> {
  const hooks: FaultHooks<Rates> = {
    beginHost: (world, rates, node) => arrangeNext(world, hooks, node, perHour(rates), purpose),
    strikeByChance: (world, rates, node) => {
      if (node === null) return;
      strike(world, node, rates);
      arrangeNext(world, hooks, node, perHour(rates), purpose);
    },
  };
  return hooks;
}

/** Strikes the control plane at random, `perHour` times an hour on average. */
export function onControlPlanePerHour<Rates>(
  perHour: (rates: Rates) => number,
  purpose: Purpose,
  strike: (world: FaultWorld, rates: Rates) => void,
): FaultHooks<Rates> {
  const hooks: FaultHooks<Rates> = {
    beginControlPlane: (world, rates) => arrangeNext(world, hooks, null, perHour(rates), purpose),
    strikeByChance: (world, rates) => {
      strike(world, rates);
      arrangeNext(world, hooks, null, perHour(rates), purpose);
    },
  };
  return hooks;
}

function arrangeNext(
  world: FaultWorld,
  hooks: FaultHooks<never>,
  node: SimulatedHost | null,
  perHour: number,
  purpose: Purpose,
): void {
  if (perHour > 0) world.arrange(hooks, node, world.random(node?.name ?? '', purpose).untilNextMs(perHour));
}

export function rate<Value>(key: string, kind: Kind<Value>, none: Value, about: string): RateField<Value> {
  return { key, kind, about, none };
}

/** A chance from 0 to 1. */
export function chanceRate(key: string, about: string): RateField<number> {
  return rate(key, CHANCE, 0, about);
}

export function ratePerHour(key: string, about: string): RateField<number> {
  return rate(key, PER_HOUR, 0, about);
}

/** The exit code of a worker that fails at random. */
export function drawExitCode(world: FaultWorld, { name }: SimulatedHost): number {
  return world.random(name, 'fault:exit-code').pick([FAILED_EXIT_CODE, FAILED_EXIT_CODE, 4, KILLED]);
}

/** From now on, activations of the host's newest release end like this: `times` of them, or all if `null`. */
export function armActivation(
  world: FaultWorld,
  node: SimulatedHost,
  times: number | null,
  end: (work: Work) => WorkResult,
): void {
  world.armed(node).work.push({
    kind: 'activation',
    closure: world.releasedTo(node),
    left: times ?? Infinity,
    end,
  });
}

import { z } from 'zod';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { HostFaults } from '../host-faults.ts';
import type { MessageKind } from '../message-delay.ts';
import type { Purpose } from '../purposes.ts';
import type { RandomStream } from '../random-streams.ts';
import type { RunMs } from '../run-ms.ts';
import type { ScenarioField, Kind } from '../scenario-file/fields.ts';
import type { Durations, ScenarioHost } from '../scenario-settings.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Span } from '../span.ts';
import type { Work, WorkResult } from '../work.ts';
import type { SuccessorRelease } from './successor.ts';

/*
 * A fault is described once, in a file of this folder, and has one line in `index.ts`. Schemas, reading and writing of
 * scenario files, the reference in docs/scenarios.md, reports and shrinking all come from that description.
 */

/** The parameters of a fault about which nothing more is to be said. */
export type Nothing = Readonly<Record<string, never>>;
/** @internal */
export const nothing: z.ZodType<Nothing> = z.object({});

/** The hosts that a step is about, by name. */
export interface OnHosts {
  readonly hosts: readonly string[];
}

/** What a step does; `type` is its `do` in a scenario file. */
export interface StepAction {
  readonly type: string;
  readonly hosts?: readonly string[];
}

/** What a control plane comes back with. */
export type DatabaseAfterwards = 'kept' | 'lost' | { readonly ageMs: number };

/** What the simulation offers to faults. */
export interface FaultWorld {
  readonly now: RunMs;
  /** The run ends here at the latest. */
  readonly untilMs: number;
  readonly nodes: readonly SimulatedHost[];
  readonly durations: Durations;
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  /** Counts and logs a fault that strikes right now. `Params` are those of the fault's file. */
  fired<Params extends object, Name extends keyof Params & string = keyof Params & string>(
    fault: Name,
    hostname: string | null,
    params: Params[Name],
  ): void;
  /** What is armed for a host, to be added to. */
  armed(node: SimulatedHost): HostFaults;
  random(owner: string, purpose: Purpose): RandomStream;
  draw(span: Span, owner: string, purpose: Purpose): number;
  /** The run goes on at least until then. */
  expect(untilMs: number): void;
  /** The same, even if every rollout is at an end. */
  schedule(untilMs: number): void;
  /** `strikeByChance` of the kind that `self` belongs to is called after `afterMs`, if faults are still on. */
  arrange(self: FaultHooks<never>, node: SimulatedHost | null, afterMs: number): void;
  /** Whether a crash that happens now loses what is not on disk; drawn. */
  losesTail(node: SimulatedHost): boolean;
  /** An operator restarts the host then, if it still waits for a reboot. */
  rebootLater(node: SimulatedHost, afterMs: number): void;
  /** What the newest release brings to the host; `null` for nothing. */
  releasedTo(node: SimulatedHost): string | null;
  publish(release: SuccessorRelease): void;
  readonly isControlPlaneUp: boolean;
  stopControlPlane(downMs: number | null, database: DatabaseAfterwards): void;
  /** Arranged: the control plane dies in the middle of an input. */
  armedKill: { readonly afterEffects: number; readonly downMs: number | null } | null;
  setControlPlaneClock(skewMs: number, driftPpm: number): void;
  /** When manifests are not signed. */
  unsigned: { readonly fromRunMs: RunMs; readonly untilMs: number } | null;
}

/** How one name under which a fault is counted and logged is explained, shown and repeated. */
export interface FaultGuide<Params, Action extends StepAction, Rates> {
  /** What the fault puts to the test. */
  readonly tests: string;
  /** Which rates bring it by chance. The first number among them that is above 0 turns it on. */
  readonly rates: readonly (keyof Rates & string)[];
  /** Another way to ask for it, in Markdown. */
  readonly also?: string;
  /** Whether a host that begins like this has the fault. */
  isInHost?(host: ScenarioHost): boolean;
  /** What an event log may hold as parameters. @internal */
  readonly params: z.ZodType<Params>;
  /** The parameters in a few words; empty where the name says everything. */
  detail(params: Params): string;
  /** What repeats a fault that came by chance; `null` where something else does. */
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

/** A step at the time of the fault, or hosts that begin differently. */
export type Pinned<Action extends StepAction> =
  | { readonly step: Action }
  | { readonly host: Partial<Omit<ScenarioHost, 'hostname'>> };

/** How a scenario asks for a fault. */
export interface StepKind<Action extends StepAction> {
  readonly do: Action['type'];
  readonly isOnHosts: boolean;
  /** Settings in a scenario file, beside time and hosts. @internal */
  readonly shape: Readonly<Record<string, z.ZodType>>;
  /** Whether it shows only when a host comes to do what fails. */
  readonly isArmed: boolean;
  /** The faults that the step may bring. */
  faults(action: Action): readonly string[];
  /** From the settings of a file that passed `shape`. `null` if a problem was reported. */
  read(given: Readonly<Record<string, unknown>>, context: ReadContext): OwnSettings<Action> | null;
  /** The settings of a file; those that say nothing are `undefined`. */
  write(action: Action, context: WriteContext): Readonly<Record<string, unknown>>;
  words(action: Action): string;
  /** For a step on hosts: called for each of them. */
  strike(world: FaultWorld, action: Action, node: SimulatedHost | null): void;
}

/** What only the reader of the whole scenario can make of a setting. */
export interface ReadContext {
  release(given: Readonly<Record<string, unknown>>): SuccessorRelease | null;
}

export interface WriteContext {
  release(release: SuccessorRelease): Readonly<Record<string, unknown>>;
}

export type OwnSettings<Action> = Omit<Action, 'type' | 'hosts'>;

/** What a fault does by chance. `rates` are those of the scenario; hooks are called while faults are on. */
export interface FaultHooks<Rates> {
  /** Before the run begins, for each host. */
  beginHost?(world: FaultWorld, rates: Rates, node: SimulatedHost): void;
  beginControlPlane?(world: FaultWorld, rates: Rates): void;
  /** What was laid out with `arrange` is due. */
  strikeByChance?(world: FaultWorld, rates: Rates, node: SimulatedHost | null): void;
  /** Something is arranged about the closure that a worker brings. Called before `endWork`. */
  bringClosure?(world: FaultWorld, rates: Rates, node: SimulatedHost, closure: string): void;
  /** The worker of a host is through: how its job ended, or `null` for as it should. */
  endWork?(world: FaultWorld, rates: Rates, node: SimulatedHost, work: Work): WorkResult | null;
  /** A worker begins: how much longer its job takes than usual. */
  delaysWork?(world: FaultWorld, rates: Rates, node: SimulatedHost, work: Work): number;
  /** A machine boots into another closure: whether it comes up with the one from before. */
  fallsBack?(world: FaultWorld, rates: Rates, node: SimulatedHost): boolean;
  /** Before a message: whether it is lost. */
  losesMessage?(world: FaultWorld, rates: Rates, node: SimulatedHost, what: 'request' | 'answer'): boolean;
  /** Whether something in between answers the request. */
  bouncesRequest?(world: FaultWorld, rates: Rates, node: SimulatedHost): boolean;
  duplicatesRequest?(world: FaultWorld, rates: Rates, node: SimulatedHost, kind: MessageKind): boolean;
}

/** A rate under its name in a scenario file, with the value at which nothing happens. */
export interface RateField<Value> extends ScenarioField<Value> {
  readonly none: Value;
}

/**
 * One kind of fault.
 *
 * @typeParam Params the parameters that are logged, by the name of the fault
 * @typeParam Action what a step of a scenario says; `never` if no step brings it
 * @typeParam Rates how often it happens by chance
 */
export interface FaultKind<Params extends object, Action extends StepAction, Rates extends object> {
  readonly faults: { readonly [Name in keyof Params]: FaultGuide<Params[Name], Action, Rates> };
  readonly step: StepKind<Action> | null;
  readonly rates: { readonly [Name in keyof Rates]: RateField<Rates[Name]> };
  readonly hooks: FaultHooks<Rates>;
}

export function rate<Value>(key: string, kind: Kind<Value>, none: Value, about: string): RateField<Value> {
  return { key, kind, about, none };
}

import type { ControlPlaneEffect } from '../control-plane/index.ts';
import { JUDGES } from './invariants/index.ts';
import type { InvariantName } from './invariants/invariant-names.ts';
import { copyState, type Scene } from './invariants/invariant.ts';
import { Ledger } from './invariants/ledger.ts';
import { ObservedHosts } from './invariants/observed-hosts.ts';
import type { Observation, ObservationType, RunSetup } from './observations.ts';
import type { InvariantBroken } from './run-events.ts';
import { asRunMs, type RunMs } from './run-ms.ts';

type Watch<Value> = (scene: Scene, state: never, value: Value) => void;

/** A function of a judge, and which judge it is of. */
interface Asked<Value> {
  readonly judge: number;
  readonly watch: Watch<Value>;
}

const ON = new Map<ObservationType, Asked<Observation>[]>();
const EFFECTS = new Map<ControlPlaneEffect['type'], Asked<ControlPlaneEffect>[]>();

JUDGES.forEach(({ on, effects }, judge) => {
  for (const [type, watch] of Object.entries(on ?? {})) {
    // The keys of `Watches` are the tags, and each function takes the observation of its own.
    const tag = type as ObservationType;
    ON.set(tag, [...(ON.get(tag) ?? []), { judge, watch: watch as Watch<Observation> }]);
  }
  for (const [type, watch] of Object.entries(effects ?? {})) {
    // As above, of effects.
    const tag = type as ControlPlaneEffect['type'];
    EFFECTS.set(tag, [...(EFFECTS.get(tag) ?? []), { judge, watch: watch as Watch<ControlPlaneEffect> }]);
  }
});

const NO_FINDINGS: readonly InvariantBroken[] = [];

/**
 * All judges on their way through one run stream. `take` gives them the next observation; `fork` makes a copy that goes
 * on by itself, so that a search can judge every branch with what was judged before it.
 */
export class Judging implements Scene {
  readonly setup: RunSetup;
  readonly ledger: Ledger;
  readonly hosts: ObservedHosts;
  runMs: RunMs = asRunMs(0);
  readonly #states: readonly object[];
  #findings: InvariantBroken[] = [];

  private constructor(setup: RunSetup, hosts: ObservedHosts, ledger: Ledger, states: readonly object[]) {
    this.setup = setup;
    this.hosts = hosts;
    this.ledger = ledger;
    this.#states = states;
  }

  static begin(setup: RunSetup): Judging {
    const states = JUDGES.map((judge) => judge.begin(setup));
    const indexes = new Map(setup.hosts.map(({ hostname }, index) => [hostname, index]));
    return new Judging(setup, ObservedHosts.of(setup), new Ledger((host) => indexes.get(host) ?? -1), states);
  }

  fork(): Judging {
    const fork = new Judging(this.setup, this.hosts.copy(), this.ledger.copy(), this.#states.map(copyState));
    fork.runMs = this.runMs;
    return fork;
  }

  /** Judges the next observation, and returns what it breaks. */
  take(observation: Observation): readonly InvariantBroken[] {
    this.runMs = observation.runMs;
    if (observation.type === 'EffectPerformed') this.#ask(EFFECTS.get(observation.effect.type), observation.effect);
    else this.#ask(ON.get(observation.type), observation);
    this.ledger.take(observation);
    this.hosts.take(observation, this.ledger);
    if (this.#findings.length === 0) return NO_FINDINGS;
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }

  readonly broken = (
    invariant: InvariantName,
    hostname: string | null,
    rolloutId: string | null,
    message: string,
  ): void => {
    this.#findings.push({ runMs: this.runMs, type: 'InvariantBroken', invariant, hostname, rolloutId, message });
  };

  #ask<Value>(asked: readonly Asked<Value>[] | undefined, value: Value): void {
    if (asked === undefined) return;
    // The state at a judge's place is the one that it began with, or a copy of it.
    for (const { judge, watch } of asked) watch(this, this.#states[judge] as never, value);
  }
}

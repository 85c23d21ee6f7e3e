import type { ControlPlaneEffect } from '../control-plane/index.ts';
import type { OutboundEvent } from '../machine/index.ts';
import { JUDGES, type InvariantName } from './invariants/index.ts';
import { copyState, type AnyJudge, type Scene } from './invariants/invariant.ts';
import { Ledger } from './invariants/ledger.ts';
import { HOST_CHANGES, ObservedHosts, type HostChange, type ObservedState } from './invariants/observed-hosts.ts';
import { IS_OF_HOST, type HostObservation, type Observation, type ObservationType } from './observations.ts';
import { type RunSetup } from './run-setup.ts';
import type { InvariantBroken } from './run-events.ts';
import { asRunMs, type RunMs } from './run-ms.ts';

type Watch = (scene: Scene, state: never, value: never, host: never) => void;

/** A function of a judge, and the judge's index. */
interface Asked {
  readonly judge: number;
  readonly watch: Watch;
}

/** What to do for a type of observation. Looked up once per observation rather than once per judge. */
interface Course {
  readonly asked: readonly Asked[];
  readonly change: HostChange | null;
}

/** Each is built when first needed, in the order of the judges. */
const COURSES: { [Type in ObservationType]?: Course } = {};
const EMISSIONS: { [Type in OutboundEvent['type']]?: readonly Asked[] } = {};
const EFFECTS: { [Type in ControlPlaneEffect['type']]?: readonly Asked[] } = {};

function courseOf(type: ObservationType): Course {
  return (COURSES[type] ??= {
    asked: askedFor(({ on }) => [on?.[type]]),
    change: HOST_CHANGES.get(type) ?? null,
  });
}

function askedOfEmission(type: OutboundEvent['type']): readonly Asked[] {
  return (EMISSIONS[type] ??= askedFor(({ on, emitted }) => [on?.EventEmitted, emitted?.[type]]));
}

function askedOfEffect(type: ControlPlaneEffect['type']): readonly Asked[] {
  return (EFFECTS[type] ??= askedFor(({ effects }) => [effects?.[type]]));
}

function askedFor(watchesOf: (judge: AnyJudge) => readonly (Watch | undefined)[]): readonly Asked[] {
  return JUDGES.flatMap((one, judge) =>
    watchesOf(one).flatMap((watch) => (watch === undefined ? [] : [{ judge, watch }])),
  );
}

const isOfHost = (observation: Observation): observation is HostObservation => IS_OF_HOST[observation.type];

const NO_FINDINGS: readonly InvariantBroken[] = [];

/**
 * All judges reading one run stream. `take` gives them the next observation. `fork` makes an independent copy, so that
 * a search can judge every branch together with its past.
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
    const hosts = ObservedHosts.of(setup);
    const states = JUDGES.map((judge) => judge.begin(setup));
    return new Judging(setup, hosts, new Ledger((hostname) => hosts.find(hostname)?.index ?? -1), states);
  }

  fork(): Judging {
    const fork = new Judging(this.setup, this.hosts.copy(), this.ledger.copy(), this.#states.map(copyState));
    fork.runMs = this.runMs;
    return fork;
  }

  /** Judges the next observation, and returns what it breaks. Observations of unknown hosts are skipped. */
  take(observation: Observation): readonly InvariantBroken[] {
    if (isOfHost(observation)) {
      const host = this.hosts.find(observation.hostname);
      return host === null ? NO_FINDINGS : this.takeOf(host.index, observation);
    }
    this.runMs = observation.runMs;
    if (observation.type === 'EffectPerformed')
      this.#ask(askedOfEffect(observation.effect.type), observation.effect, null);
    else this.#ask(courseOf(observation.type).asked, observation, null);
    this.ledger.take(observation);
    this.hosts.take(observation);
    return this.#found();
  }

  /** The same for an observation of the host at `index`, which saves looking it up by name. */
  takeOf(index: number, observation: HostObservation): readonly InvariantBroken[] {
    this.runMs = observation.runMs;
    const host = this.hosts.at(index);
    const { asked, change } = courseOf(observation.type);
    const isEmission = observation.type === 'EventEmitted';
    this.#ask(isEmission ? askedOfEmission(observation.event.type) : asked, observation, host);
    // The table has the changes by type of observation, so this one takes its type.
    change?.(host, observation as never, this.ledger);
    return this.#found();
  }

  readonly broken = (
    invariant: InvariantName,
    hostname: string | null,
    rolloutId: string | null,
    message: string,
  ): void => {
    this.#findings.push({ runMs: this.runMs, type: 'InvariantBroken', invariant, hostname, rolloutId, message });
  };

  #found(): readonly InvariantBroken[] {
    if (this.#findings.length === 0) return NO_FINDINGS;
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }

  #ask(asked: readonly Asked[], value: unknown, host: ObservedState | null): void {
    // The state at a judge's place is the one that it began with, or a copy of it; the tables hold its functions by the
    // types that they take.
    for (const { judge, watch } of asked) watch(this, this.#states[judge] as never, value as never, host as never);
  }
}

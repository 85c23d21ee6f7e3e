import { byCodeUnit } from '../../text/index.ts';
import { RULE_NAMES, type RuleCoverage, type FaultState, type RuleName } from '../coverage/index.ts';
import type { FaultName } from '../faults/index.ts';
import type { Outcome, Run } from '../run.ts';
import { Distribution, type DistributionData } from './distribution.ts';
import type { RunFailure } from './failure.ts';

/** A failing seed, and why its run failed. */
export interface FailingSeed extends RunFailure {
  readonly seed: number;
}

/** A tally as plain data, in a defined order. */
export interface TallyData {
  readonly runs: number;
  readonly outcomes: readonly (readonly [Outcome, number])[];
  /** When waves ended, by rollout and wave. */
  readonly waves: readonly (readonly [string, WaveTallyData])[];
  readonly finished: DistributionData;
  readonly faults: readonly (readonly [FaultName, FaultTally])[];
  /** Rules that came into play. */
  readonly rules: readonly (readonly [RuleName, RuleTally])[];
  readonly faultStates: readonly FaultStateTally[];
  readonly machineSteps: number;
  readonly failing: number;
  /** Some failing seeds: those that broke an invariant first, then the others, both by seed. */
  readonly failingSeeds: readonly FailingSeed[];
}

interface WaveTallyData {
  readonly rolloutId: string;
  readonly wave: number;
  readonly ended: DistributionData;
  /** In how many runs the wave never ended. */
  readonly never: number;
}

/** How often a fault happened over many runs. */
export interface FaultTally {
  readonly count: number;
  /** In how many runs it happened. */
  readonly runs: number;
  readonly askedFor: boolean;
}

/** How often a rule came into play over many runs. */
export interface RuleTally {
  readonly count: number;
  /** In how many runs it came into play. */
  readonly runs: number;
}

/** How often a fault struck a host in a state, or while some host was in it. */
export interface FaultStateTally {
  readonly fault: FaultName;
  /** `none`: the host had not started a rollout yet. */
  readonly state: FaultState;
  readonly count: number;
}

interface WaveTally {
  readonly rolloutId: string;
  readonly wave: number;
  readonly ended: Distribution;
  never: number;
}

const MAX_FAILING_SEEDS = 100;

/** The totals of many runs. Independent of the order in which runs are added. */
export class RunTally {
  runs = 0;
  machineSteps = 0;
  failing = 0;
  readonly outcomes = new Map<Outcome, number>();
  readonly finished = new Distribution();
  readonly faults = new Map<FaultName, FaultTally>();
  readonly #rules = new Map<RuleName, RuleTally>();
  readonly #faultStates = new Map<string, FaultStateTally>();
  readonly #waves = new Map<string, WaveTally>();
  #failingSeeds: readonly FailingSeed[] = [];

  get failingSeeds(): readonly FailingSeed[] {
    return this.#failingSeeds;
  }

  /** In order of rollout and wave. */
  get waves(): readonly WaveTally[] {
    return [...this.#waves.values()].sort((a, b) => byCodeUnit(a.rolloutId, b.rolloutId) || a.wave - b.wave);
  }

  /** Every rule, in the order of the specification. */
  get rules(): readonly (readonly [RuleName, RuleTally])[] {
    return RULE_NAMES.map((rule) => [rule, this.#rules.get(rule) ?? { count: 0, runs: 0 }]);
  }

  /** Those that happened. */
  get faultStates(): readonly FaultStateTally[] {
    return [...this.#faultStates].sort(([a], [b]) => byCodeUnit(a, b)).map(([, tally]) => tally);
  }

  add(run: Run, failure: RunFailure | null, coverage: RuleCoverage): void {
    this.runs += 1;
    this.machineSteps += run.machineSteps;
    this.#countOutcome(run.outcome, 1);
    if (run.outcome === 'terminal') this.finished.add(lastChangeOf(run));
    for (const { rolloutId, waves } of run.rollouts) {
      for (const { wave, endedRunMs, hosts } of waves) {
        if (hosts.length === 0) continue;
        const tally = this.#wave(rolloutId, wave);
        if (endedRunMs === null) tally.never += 1;
        else tally.ended.add(endedRunMs);
      }
    }
    for (const { fault, count, askedFor } of run.faults)
      this.#countFault(fault, { count, runs: count > 0 ? 1 : 0, askedFor });
    for (const [rule, count] of coverage.rules) this.#countRule(rule, { count, runs: 1 });
    for (const [fault, states] of coverage.faults)
      for (const [state, count] of states) this.#countFaultState({ fault, state, count });
    if (failure === null) return;
    this.failing += 1;
    this.#addFailing([{ seed: run.scenario.seed, ...failure }]);
  }

  merge(data: TallyData): void {
    this.runs += data.runs;
    this.machineSteps += data.machineSteps;
    this.failing += data.failing;
    for (const [outcome, count] of data.outcomes) this.#countOutcome(outcome, count);
    for (const [, { rolloutId, wave, ended, never }] of data.waves) {
      const tally = this.#wave(rolloutId, wave);
      tally.ended.merge(ended);
      tally.never += never;
    }
    this.finished.merge(data.finished);
    for (const [fault, tally] of data.faults) this.#countFault(fault, tally);
    for (const [rule, tally] of data.rules) this.#countRule(rule, tally);
    for (const tally of data.faultStates) this.#countFaultState(tally);
    this.#addFailing(data.failingSeeds);
  }

  /** Every outcome, including those that never occurred. */
  get outcomeCounts(): Readonly<Record<Outcome, number>> {
    const runsOf = (outcome: Outcome): number => this.outcomes.get(outcome) ?? 0;
    return {
      terminal: runsOf('terminal'),
      'not-terminal': runsOf('not-terminal'),
      'invariant-broken': runsOf('invariant-broken'),
    };
  }

  toData(): TallyData {
    return {
      runs: this.runs,
      outcomes: [...this.outcomes].sort(([a], [b]) => byCodeUnit(a, b)),
      waves: this.waves.map(
        (tally) => [keyOf(tally.rolloutId, tally.wave), { ...tally, ended: tally.ended.toData() }] as const,
      ),
      finished: this.finished.toData(),
      faults: [...this.faults].sort(([a], [b]) => byCodeUnit(a, b)),
      rules: this.rules.filter(([, { count }]) => count > 0),
      faultStates: this.faultStates,
      machineSteps: this.machineSteps,
      failing: this.failing,
      failingSeeds: this.#failingSeeds,
    };
  }

  #wave(rolloutId: string, wave: number): WaveTally {
    const key = keyOf(rolloutId, wave);
    let tally = this.#waves.get(key);
    if (tally === undefined) this.#waves.set(key, (tally = { rolloutId, wave, ended: new Distribution(), never: 0 }));
    return tally;
  }

  #countOutcome(outcome: Outcome, count: number): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + count);
  }

  #countFault(fault: FaultName, { count, runs, askedFor }: FaultTally): void {
    const before = this.faults.get(fault);
    this.faults.set(fault, {
      count: (before?.count ?? 0) + count,
      runs: (before?.runs ?? 0) + runs,
      askedFor: askedFor || before?.askedFor === true,
    });
  }

  #countRule(rule: RuleName, { count, runs }: RuleTally): void {
    const before = this.#rules.get(rule);
    this.#rules.set(rule, { count: (before?.count ?? 0) + count, runs: (before?.runs ?? 0) + runs });
  }

  #countFaultState({ fault, state, count }: FaultStateTally): void {
    const key = JSON.stringify([fault, state]);
    this.#faultStates.set(key, { fault, state, count: (this.#faultStates.get(key)?.count ?? 0) + count });
  }

  #addFailing(seeds: readonly FailingSeed[]): void {
    if (seeds.length === 0) return;
    this.#failingSeeds = [...this.#failingSeeds, ...seeds].sort(byWeight).slice(0, MAX_FAILING_SEEDS);
  }
}

/** When the last of the newest rollouts entered its state. The run itself continues until the next planning pass. */
function lastChangeOf({ rollouts }: Run): number {
  return Math.max(0, ...rollouts.map(({ isNewest, sinceRunMs }) => (isNewest ? (sinceRunMs ?? 0) : 0)));
}

/** A broken invariant matters more than any number of other failures, so it must not be crowded out. */
function byWeight(a: FailingSeed, b: FailingSeed): number {
  return Number(isBroken(b)) - Number(isBroken(a)) || a.seed - b.seed;
}

function isBroken({ outcome }: FailingSeed): boolean {
  return outcome === 'invariant-broken';
}

function keyOf(rolloutId: string, wave: number): string {
  return JSON.stringify([rolloutId, wave]);
}

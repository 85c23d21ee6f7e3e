import { NO_FAULTS, type FaultRates } from '../faults/index.ts';
import type { Outcome } from '../run.ts';
import { DEFAULT_AGENT_SETTINGS } from '../../agent/index.ts';
import { releasedClosure } from '../fleet-sketch.ts';
import { DEFAULT_DURATIONS, DEFAULT_NETWORK } from '../scenario-defaults.ts';
import type { FaultHappened, RunEvent } from '../run-events.ts';
import type { Scenario } from '../scenario.ts';
import type { Cores } from '../cores.ts';
import { firstFailure, type RunFailure } from '../many-runs/failure.ts';
import { minimise } from './minimise.ts';
import { pinFaults } from './pin-faults.ts';
import { changeRollouts, joinSteps, keepHosts, splitSteps } from './take-away.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import type { When } from '../when.ts';
import { appendTo } from '../../text/index.ts';

type HostEnters = Extract<When, { readonly type: 'HostEnters' }>;

/**
 * Turns steps on one host at a fixed time into steps relative to what the host was doing, such as "12 s after it was
 * Activating". Then hosts that only took up time before can be removed. A step from before the host's agent did
 * anything is unchanged.
 */
function anchorSteps(steps: readonly ScenarioStep[], events: readonly RunEvent[]): readonly ScenarioStep[] {
  const entered = new Map<string, { readonly at: number; readonly when: HostEnters }[]>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type !== 'AgentTransition') continue;
    const { hostname: host, to: state, runMs: at } = event;
    const key = `${state} ${host}`;
    if (seen.has(key)) continue;
    seen.add(key);
    appendTo(entered, host, { at, when: { type: 'HostEnters', host, state, afterMs: 0 } });
  }
  return steps.map((step) => {
    const { when, do: action } = step;
    const [host] = 'hosts' in action && action.hosts.length === 1 ? action.hosts : [];
    if (when.type !== 'At' || host === undefined) return step;
    const last = entered.get(host)?.findLast(({ at }) => at < when.atMs);
    return last === undefined ? step : { ...step, when: { ...last.when, afterMs: when.atMs - last.at } };
  });
}

/** What must stay the same while shrinking, and how long to try. */
export interface ShrinkOptions {
  /** The expected outcome; `null` for anything but a broken invariant. */
  readonly expected?: Outcome | null;
  /** The limit on runs. */
  readonly maxRuns?: number;
  readonly cores?: Cores;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

/** The progress of shrinking, and the size of the scenario so far. */
export interface ShrinkProgress {
  readonly runs: number;
  readonly maxRuns: number;
  readonly hosts: number;
  readonly steps: number;
}

/** The smaller scenario, or why there is none. */
export type Shrunk =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly failure: RunFailure;
      /** How many runs it took. */
      readonly runs: number;
      /** Whether more runs might have made it smaller. */
      readonly isCutShort: boolean;
    }
  /** The scenario does not fail. */
  | { readonly ok: false };

/** The default limit on runs. */
export const DEFAULT_SHRINK_RUNS = 2000;
const MAX_ROUNDS = 6;
const MAX_ANCHORED_ONE_BY_ONE = 20;

/**
 * The fewest faults, hosts, waves and budgets for which a scenario still fails in the same way: with the same invariant
 * or the same outcome. Deterministic. Ends after `maxRuns` runs at the latest, with the best result so far.
 */
export function shrinkScenario(scenario: Scenario, options: ShrinkOptions = {}): Shrunk {
  const search = new Search(scenario, options);
  if (search.failure === null) return { ok: false };
  for (let round = 0; round < MAX_ROUNDS && !search.isCutShort; round += 1) {
    const before = JSON.stringify(search.best);
    search.pin();
    search.dropRates();
    search.dropHosts();
    search.dropSteps();
    search.anchor();
    search.simplify();
    if (JSON.stringify(search.best) === before) break;
  }
  return { ok: true, scenario: search.best, failure: search.failure, runs: search.runs, isCutShort: search.isCutShort };
}

class Search {
  best: Scenario;
  failure: RunFailure | null;
  runs = 0;
  readonly #options: ShrinkOptions;
  readonly #maxRuns: number;

  constructor(scenario: Scenario, options: ShrinkOptions) {
    this.#options = options;
    this.#maxRuns = options.maxRuns ?? DEFAULT_SHRINK_RUNS;
    this.best = scenario;
    this.failure = this.#run(scenario);
  }

  get isCutShort(): boolean {
    return this.runs >= this.#maxRuns;
  }

  /** Turns random faults into steps, if the run still fails. */
  pin(): void {
    if (!hasChance(this.best.rates)) return;
    const faults: FaultHappened[] = [];
    this.#run(this.best, (event) => event.type === 'Fault' && faults.push(event));
    this.#try(pinFaults(this.best, faults));
  }

  dropRates(): void {
    // Every rate has the same kind of value as its zero.
    const names = (Object.keys(NO_FAULTS) as (keyof FaultRates)[]).filter(
      (name) => JSON.stringify(this.best.rates[name]) !== JSON.stringify(NO_FAULTS[name]),
    );
    minimise(names, (kept) => {
      const dropped = names.filter((name) => !kept.includes(name));
      const zeros = Object.fromEntries(dropped.map((name) => [name, NO_FAULTS[name]]));
      return this.#try({ ...this.best, rates: { ...this.best.rates, ...zeros } });
    });
  }

  dropHosts(): void {
    const from = this.best;
    minimise(
      from.hosts.map(({ hostname }) => hostname),
      (kept) => kept.length > 0 && this.#try(keepHosts(from, new Set(kept))),
    );
  }

  dropSteps(): void {
    const from = this.best;
    const steps = splitSteps(from.steps);
    minimise(steps, (kept) => this.#try({ ...from, steps: joinSteps(kept) }));
  }

  /** Turns steps at fixed times into steps relative to a host's state, if the run still fails. */
  anchor(): void {
    if (this.isCutShort) return;
    const events: RunEvent[] = [];
    const from = this.best;
    const steps = splitSteps(from.steps);
    this.#run(from, (event) => event.type === 'AgentTransition' && events.push(event));
    const anchored = anchorSteps(steps, events);
    if (this.#try({ ...from, steps: joinSteps(anchored) }) || steps.length > MAX_ANCHORED_ONE_BY_ONE) return;
    let kept = steps;
    for (const [index, step] of anchored.entries()) {
      const changed = kept.with(index, step);
      if (step !== steps[index] && this.#try({ ...from, steps: joinSteps(changed) })) kept = changed;
    }
  }

  /** Sets one thing after another to its default, or removes it. */
  simplify(): void {
    const budgets = new Set(
      this.best.rollouts.flatMap((rollout) => rollout.budgets.map(({ selectorKey }) => selectorKey)),
    );
    for (const key of budgets) {
      this.#try(
        changeRollouts(this.best, (rollout) => ({
          ...rollout,
          budgets: rollout.budgets.filter(({ selectorKey }) => selectorKey !== key),
        })),
      );
    }
    this.#try(changeRollouts(this.best, (rollout) => ({ ...rollout, edges: [] })));
    this.#try(changeRollouts(this.best, (rollout) => ({ ...rollout, channelEdges: [] })));
    this.#try(
      changeRollouts(this.best, (rollout) => ({
        ...rollout,
        budgets: rollout.budgets.map((budget) => ({ ...budget, limit: budget.limit === null ? null : 1 })),
      })),
    );
    this.#try(changeRollouts(this.best, (rollout) => ({ ...rollout, complianceMode: 'disabled' })));
    this.#try(oneWave(this.best));
    this.#try(withPlainNames(this.best));
    this.#try({ ...this.best, durations: DEFAULT_DURATIONS });
    this.#try({ ...this.best, network: DEFAULT_NETWORK });
    this.#try({ ...this.best, agent: DEFAULT_AGENT_SETTINGS });
    this.#try({ ...this.best, settle: null });
    this.#try({ ...this.best, hosts: this.best.hosts.map((host) => ({ ...host, joinsAtMs: 0 })) });
    this.#try({ ...this.best, hosts: this.best.hosts.map((host) => ({ ...host, clockSkewMs: 0, clockDriftPpm: 0 })) });
    this.#roundTimes();
  }

  /** Moves steps to the start or to round times, if the run still fails. */
  #roundTimes(): void {
    for (const [index, step] of this.best.steps.entries()) {
      if (this.isCutShort) return;
      const { when: before } = step;
      if (before.type !== 'At') continue;
      const rounder = [0, ...[60_000, 1000].map((unitMs) => Math.floor(before.atMs / unitMs) * unitMs)];
      for (const atMs of rounder) {
        if (atMs === before.atMs) break;
        const when = { type: 'At', atMs } as const;
        if (this.#try({ ...this.best, steps: this.best.steps.with(index, { ...step, when }) })) break;
      }
    }
  }

  /** Accepts the scenario if it differs and still fails in the same way. */
  #try(scenario: Scenario): boolean {
    if (this.isCutShort || this.failure === null || JSON.stringify(scenario) === JSON.stringify(this.best))
      return false;
    const failure = this.#run(scenario);
    if (failure?.what !== this.failure.what) return false;
    this.best = scenario;
    this.failure = failure;
    this.#options.onProgress?.({
      runs: this.runs,
      maxRuns: this.#maxRuns,
      hosts: scenario.hosts.length,
      steps: scenario.steps.length,
    });
    return true;
  }

  #run(scenario: Scenario, onEvent: (event: RunEvent) => void = () => undefined): RunFailure | null {
    this.runs += 1;
    return firstFailure(scenario, this.#options.expected ?? null, { cores: this.#options.cores ?? {}, onEvent });
  }
}

function hasChance(rates: FaultRates): boolean {
  return JSON.stringify(rates) !== JSON.stringify(NO_FAULTS);
}

/** Replaces closures and refs by generated ones, which need not be written into a file. */
function withPlainNames(scenario: Scenario): Scenario {
  const refs = new Map<string, string>();
  const plainRef = (ref: string): string => {
    const plain = refs.get(ref) ?? `release-${refs.size + 1}`;
    refs.set(ref, plain);
    return plain;
  };
  const targets = new Map(
    scenario.rollouts.flatMap(({ hosts }) =>
      hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure] as const),
    ),
  );
  const plain = changeRollouts(scenario, (rollout) => {
    const channelRef = plainRef(rollout.channelRef);
    const hosts = rollout.hosts.map((host) => ({ ...host, targetClosure: releasedClosure(host.hostname, channelRef) }));
    return { ...rollout, channelRef, rolloutId: `${rollout.channel}@${channelRef}`, hosts };
  });
  return {
    ...plain,
    hosts: plain.hosts.map((host) => {
      const { hostname } = host;
      const isThere = host.runningClosure === targets.get(hostname);
      const first = plain.rollouts.flatMap(({ hosts }) => hosts).find((released) => released.hostname === hostname);
      return { ...host, runningClosure: isThere && first !== undefined ? first.targetClosure : `old-${hostname}` };
    }),
  };
}

/** Puts all hosts of each rollout into one wave, with the soak of the first. */
function oneWave(scenario: Scenario): Scenario {
  if (scenario.steps.some(({ when }) => when.type === 'WaveStarts')) return scenario;
  return changeRollouts(scenario, (rollout) => {
    const [first] = rollout.waves;
    if (first === undefined) return rollout;
    const { soakMinutes } = first;
    const hosts = rollout.hosts.map((host) => (host.staged ? { ...host, wave: 0, soakMinutes } : host));
    const staged = hosts.filter((host) => host.staged).map(({ hostname }) => hostname);
    return {
      ...rollout,
      hosts: hosts.map((host) => (host.staged ? host : { ...host, wave: 1 })),
      waves: [{ ...first, hosts: staged }],
    };
  });
}

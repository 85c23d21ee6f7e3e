import type { Fleet, FleetProblem, RolloutManifest } from '../fleet/index.ts';
import { selectorKey, selectorSummary } from '../fleet/index.ts';
import type { Run, Scenario } from '../simulator/index.ts';
import { at, formatRoundDuration, namesInWords, namesOf, shortName } from '../text/index.ts';
import type { Blast } from './blast-radius.ts';
import type { CriticalPath } from './critical-path.ts';
import { roughly } from './deadline.ts';
import { USUAL_PROBES } from './plan-scenario.ts';

/** How severe a lint is: the rollout does not finish, something is probably unintended, or it is worth knowing. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
/** A severity. The first is the worst. */
export type Severity = (typeof SEVERITIES)[number];

/** A mistake in a fleet file, or something an operator should know before the rollout. */
export interface Lint {
  /** Its name, and its section in docs/lints.md. */
  readonly id: string;
  readonly severity: Severity;
  /** The place in the file. */
  readonly path: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** The input of the lints. */
export interface LintInput {
  readonly fleet: Fleet;
  /** The running fleet; `null` if unknown. */
  readonly running: Fleet | null;
  /** Warnings from reading the file. */
  readonly warnings: readonly FleetProblem[];
  readonly scenario: Scenario;
  /** The run without faults. */
  readonly run: Run;
  readonly path: CriticalPath;
  readonly blasts: readonly Blast[];
}

interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  /** Why it matters, independent of where it was found. */
  readonly why: string;
  readonly find: (input: LintInput) => readonly Found[];
}

interface Found {
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

const MINUTE_MS = 60_000;
const MAX_NAMES = 4;
const minutes = (amount: number): string => formatRoundDuration(amount * MINUTE_MS);
/** A budget that delays the rollout by more than this share of its length is reported. */
const LONG_SHARE = 1 / 5;

const RULES: readonly LintRule[] = [
  {
    id: 'deferred-canary',
    severity: 'note',
    why: 'The next wave does not wait for a host whose activation is deferred until a reboot, so it can start before any probe has passed.',
    find: ({ scenario }) => {
      const states = new Map(scenario.hosts.map(({ hostname, underWay }) => [hostname, underWay?.record.state]));
      const isPastSwitch = (hostname: string): boolean => (states.get(hostname) ?? 'Activating') !== 'Activating';
      return scenario.rollouts.flatMap(({ channel, waves }) => {
        const [first] = waves;
        if (waves.length < 2 || first?.hosts.length !== 1 || first.hosts.some(isPastSwitch)) return [];
        const what = `Wave 0 of ${channel} is ${namesOf(first.hosts, MAX_NAMES)} alone. If it is deferred, wave 1 starts without a canary.`;
        return [{ path: at(at('$.waves', channel), 0), what, remedy: 'Put a second host in the first wave.' }];
      });
    },
  },
  {
    id: 'soak-shorter-than-probe',
    severity: 'warning',
    why: 'A host converges as soon as its soak is over and each probe has passed once.',
    find: ({ fleet, scenario }) => {
      const slowest = slowestProbe(scenario);
      return scenario.rollouts.flatMap(({ channel, waves, policyName }): Found[] => {
        const short = waves.flatMap(({ hosts, soakMinutes }, wave) =>
          hosts.length > 0 && soakMinutes * 60 < slowest.intervalSecs ? [wave] : [],
        );
        const [wave] = short;
        if (wave === undefined) return [];
        const place = at(at('$.rolloutPolicies', policyName), 'waves');
        const isInPolicy = fleet.rolloutPolicies.get(policyName)?.waves[wave] !== undefined;
        const interval = formatRoundDuration(slowest.intervalSecs * 1000);
        const who =
          short.length === 1
            ? `Wave ${wave} of ${channel} soaks`
            : `Waves ${namesInWords(short.map(String), MAX_NAMES)} of ${channel} soak`;
        const what = `${who} for less than ${interval}, but probes are assumed to run every ${interval}.`;
        const remedy = `Let them soak for twice that, ${formatRoundDuration(2 * slowest.intervalSecs * 1000)}.`;
        return [{ path: isInPolicy ? at(place, wave) : place, what, remedy }];
      });
    },
  },
  {
    id: 'budget-takes-long',
    severity: 'note',
    why: 'Hosts that wait for a slot soak one after another, so a small budget multiplies the soak.',
    find: ({ fleet, path }) => {
      const waits = new Map<string, number>();
      for (const { budget, fromMs, untilMs } of path.links)
        if (budget !== null) waits.set(budget, (waits.get(budget) ?? 0) + untilMs - fromMs);
      return [...waits].flatMap(([budget, tookMs]): Found[] => {
        if (path.endedMs === 0 || tookMs < path.endedMs * LONG_SHARE) return [];
        const what = `The budget ${budget} holds the rollout for ${roughly(tookMs)} of ${roughly(path.endedMs)}.`;
        const remedy = `Try a larger one: plan --what-if 'budget:${budget}=N'.`;
        return [{ path: placeOfBudget(fleet, budget), what, remedy }];
      });
    },
  },
  {
    id: 'budget-forgets-broken-hosts',
    severity: 'note',
    why: 'A budget counts hosts in flight. A host that failed under `halt` is broken but not in flight, so another one starts.',
    find: ({ scenario }) => {
      const halting = scenario.rollouts.filter(({ policy }) => policy.onHealthFailure === 'halt');
      const budgets = scenario.rollouts[0]?.budgets ?? [];
      return budgets.flatMap(({ limit, hosts, summary }, index): Found[] => {
        const selected = new Set(hosts);
        const isCovered = (rollout: RolloutManifest): boolean =>
          rollout.hosts.some(({ hostname }) => selected.has(hostname));
        // Within one channel, a failure stops the rollout, and a channel that waits for it does not continue either.
        const pair = halting.filter(isCovered).flatMap((failing) => {
          const other = scenario.rollouts.find((each) => isCovered(each) && !isOrdered(scenario, failing, each));
          return other === undefined ? [] : [[failing.channel, other.channel] as const];
        })[0];
        if (limit === null || pair === undefined) return [];
        const [failing, other] = pair;
        const what = `The budget ${summary} covers ${failing} and ${other}. A host that fails in ${failing} is not counted, and ${other} continues.`;
        const remedy = 'Use rollback-and-halt, or a budget for each channel.';
        return [{ path: at('$.disruptionBudgets', index), what, remedy }];
      });
    },
  },
  {
    id: 'budget-of-one',
    severity: 'note',
    why: 'A host that goes offline in flight keeps its slot until it is back.',
    find: ({ fleet, scenario }) =>
      fleet.disruptionBudgets.flatMap(({ selector }, index): Found[] => {
        const key = selectorKey(selector);
        const budgets = scenario.rollouts.flatMap((rollout) =>
          rollout.budgets.filter((budget) => budget.selectorKey === key),
        );
        const [first] = budgets;
        const hosts = budgets[0]?.hosts.length ?? 0;
        // With two hosts, one at a time is the purpose of a budget.
        if (first?.limit !== 1 || hosts < 3) return [];
        const what = `The budget ${first.summary} allows one of ${hosts} hosts in flight. If it goes offline, the other ${hosts - 1} wait.`;
        const remedy = 'Allow two, or be ready to remove a host from the fleet if it does not come back.';
        return [{ path: at('$.disruptionBudgets', index), what, remedy }];
      }),
  },
  {
    id: 'same-ref',
    severity: 'warning',
    why: 'A rollout id, made of the channel and the ref, opens only once. A control plane that has had this ref ignores the file.',
    find: ({ fleet, running, scenario }) => {
      const ref = fleet.meta.ciCommit;
      const isSame = ref !== null && running?.meta.ciCommit === ref;
      const isUsed = scenario.rollouts.some(({ rolloutId, channel }) => rolloutId === `${channel}@${ref}`);
      const runs = new Map(scenario.hosts.map(({ hostname, runningClosure }) => [hostname, runningClosure]));
      const isNew = scenario.rollouts.some(({ hosts }) =>
        hosts.some(({ hostname, targetClosure }) => runs.get(hostname) !== targetClosure),
      );
      if (!isSame || !isUsed || !isNew) return [];
      const what = `Both files have the ref ${shortName(ref)}, but their closures differ.`;
      return [{ path: '$.meta.ciCommit', what, remedy: 'Release under a new ref.' }];
    },
  },
  {
    id: 'longer-than-freshness',
    severity: 'note',
    why: 'Agents refuse a manifest that is older than the freshness window, so a host that starts later needs one that was signed again.',
    find: ({ fleet, run }) =>
      run.rollouts.flatMap(({ channel, openedRunMs, sinceRunMs }): Found[] => {
        const settings = fleet.channels.get(channel);
        const tookMs = (sinceRunMs ?? 0) - (openedRunMs ?? 0);
        if (settings === undefined || tookMs <= settings.freshnessWindow * MINUTE_MS) return [];
        const what = `The rollout of ${channel} takes ${roughly(tookMs)}, but its manifest is fresh for ${minutes(settings.freshnessWindow)}.`;
        const remedy = `Keep signing it every ${minutes(settings.signingIntervalMinutes)} during the rollout, or raise freshnessWindow.`;
        return [{ path: at(at('$.channels', channel), 'freshnessWindow'), what, remedy }];
      }),
  },
  {
    id: 'ran-it-already',
    severity: 'note',
    why: 'A host that runs the release before its rollout converges at its next heartbeat, without running a probe.',
    find: ({ scenario }) => {
      // A host under way was switched by this rollout.
      const runs = new Map(
        scenario.hosts.map(({ hostname, runningClosure, underWay }) => [
          hostname,
          underWay === undefined ? runningClosure : null,
        ]),
      );
      return scenario.rollouts.flatMap(({ channel, waves }): Found[] => {
        const first = waves.findIndex(({ hosts }) => hosts.length > 0);
        const targets = new Map(
          scenario.rollouts.flatMap(({ hosts }) =>
            hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure]),
          ),
        );
        const canaries = waves[first]?.hosts ?? [];
        const isDone = (hostname: string): boolean => runs.get(hostname) === targets.get(hostname);
        const others = waves.slice(first + 1).flatMap(({ hosts }) => hosts);
        if (canaries.length === 0 || !canaries.every(isDone) || others.every(isDone)) return [];
        const what = `Every host of wave ${first} of ${channel} already runs its target, so wave ${first + 1} starts without a canary.`;
        return [
          { path: at(at('$.waves', channel), first), what, remedy: 'Put a host that changes in the first wave.' },
        ];
      });
    },
  },
  {
    id: 'compliance-observes-only',
    severity: 'note',
    why: 'In `permissive` mode, failing controls are recorded but block nothing.',
    find: ({ fleet }) =>
      [...fleet.channels].flatMap(([channel, { compliance }]): Found[] => {
        if (compliance.mode !== 'permissive' || compliance.frameworks.length === 0) return [];
        const what = `Channel ${channel} names ${compliance.frameworks.join(', ')} but does not enforce them.`;
        const path = at(at(at('$.channels', channel), 'compliance'), 'mode');
        return [{ path, what, remedy: 'Set the mode to enforce, or accept this.' }];
      }),
  },
  {
    id: 'does-not-end',
    severity: 'error',
    why: 'Even without faults, the rollout does not become Terminal.',
    find: ({ run, fleet }) =>
      run.outcome === 'terminal'
        ? []
        : run.rollouts
            .filter(({ state, waves }) => state !== 'Terminal' && waves.some(({ hosts }) => hosts.length > 0))
            .map(({ channel, state }) => ({
              path: fleet.channels.has(channel) ? at('$.channels', channel) : '$.channels',
              what: `The rollout of ${channel} ends ${state === null ? 'without being opened' : `as ${state}`}.`,
              remedy: 'See above what its hosts wait for.',
            })),
  },
];

/** The names of plan's own lints, in order. The rules of fleet files add theirs. */
export const LINT_IDS: readonly string[] = RULES.map(({ id }) => id);

/** All lints of a plan, worst first. */
export function findLints(input: LintInput): readonly Lint[] {
  const own = RULES.flatMap(({ id, severity, why, find }) =>
    find(input).map((found): Lint => ({ id, severity, why, ...found })),
  );
  const read = input.warnings.map(({ rule, path, message, remedy }): Lint => ({
    id: rule ?? 'unreadable',
    severity: 'warning',
    path,
    what: message,
    why: 'The file format allows it, but it is probably unintended.',
    remedy,
  }));
  return [...read, ...own].toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** The enforce probe that runs least often. Fleet files do not contain probes, so it is one of the default ones. */
function slowestProbe({ probeSets }: Scenario): ProbeDefinition {
  const probes = (probeSets[USUAL_PROBES] ?? []).filter(({ mode }) => mode === 'enforce');
  const [slowest] = probes.toSorted((a, b) => b.intervalSecs - a.intervalSecs);
  if (slowest === undefined) throw new RangeError('A plan needs an enforce probe.');
  return slowest;
}

type ProbeDefinition = Scenario['probeSets'][number][number];

/** Whether two rollouts are the same, or one waits for the other, directly or not. */
function isOrdered({ rollouts }: Scenario, a: RolloutManifest, b: RolloutManifest): boolean {
  return isAfter(rollouts, a.channel, b.channel) || isAfter(rollouts, b.channel, a.channel);
}

function isAfter(rollouts: readonly RolloutManifest[], channel: string, earlier: string): boolean {
  const seen = new Set([channel]);
  // Grows during the iteration.
  for (const each of seen)
    for (const { gates } of rollouts.find((rollout) => rollout.channel === each)?.channelEdges ?? []) seen.add(gates);
  return seen.has(earlier);
}

function placeOfBudget(fleet: Fleet, summary: string): string {
  const index = fleet.disruptionBudgets.findIndex(({ selector }) => selectorSummary(selector) === summary);
  return index < 0 ? '$.disruptionBudgets' : at('$.disruptionBudgets', index);
}

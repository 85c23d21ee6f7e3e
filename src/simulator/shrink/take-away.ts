import type { RolloutManifest } from '../../fleet/index.ts';
import type { ScenarioAction, ScenarioStep } from '../scenario-steps.ts';
import type { Scenario } from '../scenario.ts';

/**
 * The scenario with these hosts only. Settings of other hosts are removed, and so are waves and steps left empty. Its
 * rollouts are no longer what a fleet file declares.
 */
export function keepHosts(scenario: Scenario, hosts: ReadonlySet<string>): Scenario {
  const { declared: _, ...rest } = scenario;
  const kept = {
    ...rest,
    hosts: scenario.hosts.filter(({ hostname }) => hosts.has(hostname)),
    rollouts: scenario.rollouts.map((rollout) => keepInRollout(rollout, hosts)).filter(hasHosts),
    steps: scenario.steps.flatMap((step) => {
      if (step.when.type === 'HostEnters' && !hosts.has(step.when.host)) return [];
      const action = keepInAction(step.do, hosts);
      return action === null ? [] : [{ ...step, do: action }];
    }),
  };
  return withoutEmptyWaves(kept);
}

function hasHosts({ hosts }: RolloutManifest): boolean {
  return hosts.length > 0;
}

function keepInRollout(rollout: RolloutManifest, hosts: ReadonlySet<string>): RolloutManifest {
  const isKept = (name: string): boolean => hosts.has(name);
  return {
    ...rollout,
    hosts: rollout.hosts.filter(({ hostname }) => isKept(hostname)),
    waves: rollout.waves.map((wave) => ({ ...wave, hosts: wave.hosts.filter(isKept) })),
    edges: rollout.edges.filter(({ gated, gates }) => isKept(gated) && isKept(gates)),
    budgets: rollout.budgets.map((budget) => ({ ...budget, hosts: budget.hosts.filter(isKept) })),
  };
}

function keepInAction(action: ScenarioAction, hosts: ReadonlySet<string>): ScenarioAction | null {
  if (action.type === 'publish') {
    const { declared: _, ...rest } = action;
    const rollouts = action.rollouts.map((rollout) => keepInRollout(rollout, hosts)).filter(hasHosts);
    const { fleetHosts } = action;
    if (fleetHosts === undefined) return rollouts.length === 0 ? null : { ...rest, rollouts };
    // Channels without hosts are part of what it says.
    const all = action.rollouts.map((rollout) => keepInRollout(rollout, hosts));
    return { ...rest, rollouts: all, fleetHosts: fleetHosts.filter(({ hostname }) => hosts.has(hostname)) };
  }
  if (!('hosts' in action)) return action;
  const kept = action.hosts.filter((name) => hosts.has(name));
  return kept.length === 0 ? null : { ...action, hosts: kept };
}

/** Removes empty waves, and steps that wait for them. Later waves move up. */
function withoutEmptyWaves(scenario: Scenario): Scenario {
  const releases = allRollouts(scenario);
  const used = new Map<string, Set<number>>();
  for (const { channel, hosts } of releases) {
    const waves = used.get(channel) ?? new Set<number>();
    for (const { wave } of hosts) waves.add(wave);
    used.set(channel, waves);
  }
  const moved = new Map<string, ReadonlyMap<number, number>>();
  for (const [channel, waves] of used)
    moved.set(channel, new Map([...waves].sort((a, b) => a - b).map((wave, at) => [wave, at])));
  const renumber = (rollout: RolloutManifest): RolloutManifest => {
    const to = moved.get(rollout.channel);
    if (rollout.waves.length === 0 || to === undefined) return rollout;
    return {
      ...rollout,
      hosts: rollout.hosts.map((host) => ({ ...host, wave: to.get(host.wave) ?? host.wave })),
      waves: rollout.waves.filter((_, wave) => to.has(wave)),
      channelEdges: rollout.channelEdges.filter(({ gates }) => moved.has(gates)),
    };
  };
  return {
    ...scenario,
    rollouts: scenario.rollouts.map(renumber),
    steps: scenario.steps.flatMap((step): readonly ScenarioStep[] => {
      const { when } = step;
      const action = step.do.type === 'publish' ? { ...step.do, rollouts: step.do.rollouts.map(renumber) } : step.do;
      if (when.type !== 'WaveStarts') return [{ when, do: action }];
      const wave = moved.get(when.channel)?.get(when.wave);
      return wave === undefined ? [] : [{ when: { ...when, wave }, do: action }];
    }),
  };
}

/** The rollouts of the first release and of every later one. */
function allRollouts({ rollouts, steps }: Scenario): readonly RolloutManifest[] {
  return [...rollouts, ...steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []))];
}

/** Changes the rollouts of every release. They are no longer what a fleet file declares. */
export function changeRollouts(scenario: Scenario, change: (rollout: RolloutManifest) => RolloutManifest): Scenario {
  const { declared: _, ...rest } = scenario;
  return {
    ...rest,
    rollouts: scenario.rollouts.map(change),
    steps: scenario.steps.map((step) => {
      if (step.do.type !== 'publish') return step;
      const { declared: __, ...action } = step.do;
      return { ...step, do: { ...action, rollouts: action.rollouts.map(change) } };
    }),
  };
}

/** Splits steps on several hosts into one per host, so that each can be removed. */
export function splitSteps(steps: readonly ScenarioStep[]): readonly ScenarioStep[] {
  return steps.flatMap((step) => {
    const { do: action } = step;
    return 'hosts' in action ? action.hosts.map((host) => ({ ...step, do: { ...action, hosts: [host] } })) : [step];
  });
}

/** Joins neighbouring steps that do the same at the same time. */
export function joinSteps(steps: readonly ScenarioStep[]): readonly ScenarioStep[] {
  const joined = new Map<string, ScenarioStep>();
  for (const step of steps) {
    const { do: action, when } = step;
    if (!('hosts' in action)) {
      joined.set(`${joined.size}`, step);
      continue;
    }
    const key = JSON.stringify([when, { ...action, hosts: [] }]);
    const known = joined.get(key);
    if (known === undefined || !('hosts' in known.do)) joined.set(key, step);
    else joined.set(key, { ...known, do: { ...known.do, hosts: [...known.do.hosts, ...action.hosts] } });
  }
  return [...joined.values()];
}

import { Document, isScalar, visit } from 'yaml';
import { DEFAULT_AGENT_SETTINGS, type ProbeDefinition } from '../../agent/index.ts';
import type { RolloutHost, RolloutManifest } from '../../fleet/index.ts';
import { byCodeUnit, formatTime, writeDuration } from '../../text/index.ts';
import { NO_FAULTS, stepKindOf } from '../faults/index.ts';
import type { SuccessorRelease } from '../faults/successor.ts';
import { DEFAULT_FRESHNESS_MINUTES, releasedClosure } from '../fleet-sketch.ts';
import { DEFAULT_DURATIONS, DEFAULT_NETWORK, DEFAULT_PROBES, DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { ScenarioAction, ScenarioStep } from '../scenario-steps.ts';
import type { Scenario, ScenarioHost } from '../scenario.ts';
import type { When } from '../when.ts';
import { writeFields } from './fields.ts';
import { NO_EXTENSIONS } from '../extensions.ts';
import {
  AGENT_FIELDS,
  DURATION_FIELDS,
  EXTENSION_FIELDS,
  NETWORK_FIELDS,
  RATE_FIELDS,
  SETTLE_FIELDS,
} from './settings-fields.ts';

/** What to write with a scenario. */
export interface WriteScenarioOptions {
  /** Lines for the head of the file, without `#`. */
  readonly comment: readonly string[];
  /** The expected result, for `expect`. */
  readonly expect: Readonly<Record<string, unknown>>;
}

const MINUTE_MS = 60_000;

/**
 * Writes a scenario as a file that reads back to the same run, with every host, closure and step by name. Budgets are
 * written with the hosts that they select, and hosts outside all releases are left out; neither changes the run.
 *
 * @throws RangeError if releases of the scenario cannot come from one fleet: different waves, policies or edges for one
 *   channel, different refs at the start, or another fleet file midway.
 */
export function writeScenario(scenario: Scenario, { comment, expect }: WriteScenarioOptions): string {
  const firstRefs = new Set(scenario.rollouts.map(({ channelRef }) => channelRef));
  if (firstRefs.size > 1)
    throw new RangeError('The first release has a different ref for each channel; a file has one.');
  const [ref = 'release-1'] = firstRefs;
  if (scenario.steps.some(({ do: action }) => action.type === 'publish' && action.fleetHosts !== undefined))
    throw new RangeError('It publishes another fleet file midway, and one file describes one fleet.');
  const channels = describedChannels(scenario);
  const file = withoutAbsent({
    title: scenario.title,
    seed: scenario.seed,
    starts: scenario.startAt === DEFAULT_SCENARIO.startAt ? undefined : formatTime(scenario.startAt),
    lasts: scenario.untilMs === DEFAULT_SCENARIO.untilMs ? undefined : writeDuration(scenario.untilMs),
    fleet: fileFleet([...channels.values()], scenario),
    ref,
    ...fileClosures(scenario.rollouts, ref),
    hosts: orAbsent(fileHosts(scenario, ref)),
    probes: orAbsent(fileProbes(scenario)),
    durations: orAbsent(writeFields(DURATION_FIELDS, scenario.durations, DEFAULT_DURATIONS)),
    network: orAbsent(writeFields(NETWORK_FIELDS, scenario.network, DEFAULT_NETWORK)),
    agent: orAbsent(writeFields(AGENT_FIELDS, scenario.agent, DEFAULT_AGENT_SETTINGS)),
    rates: orAbsent(writeFields(RATE_FIELDS, scenario.rates, NO_FAULTS)),
    settle: scenario.settle === null ? undefined : writeFields(SETTLE_FIELDS, scenario.settle, null),
    extensions: orAbsent(writeFields(EXTENSION_FIELDS, scenario.extensions ?? NO_EXTENSIONS, NO_EXTENSIONS)),
    steps: orAbsent(scenario.steps.map(fileStep)),
    expect: orAbsent(expect),
  });
  const document = new Document(file, { aliasDuplicateObjects: false });
  document.commentBefore = comment.map((line) => ` ${line}`).join('\n');
  visit(document, {
    Seq(_key, list) {
      // Lists of names on one line; the library breaks long ones.
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 120 });
}

/** One rollout per channel. All rollouts of a channel must agree. */
function describedChannels({ rollouts, steps }: Scenario): ReadonlyMap<string, RolloutManifest> {
  const channels = new Map<string, RolloutManifest>();
  const later = steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []));
  for (const rollout of [...rollouts, ...later]) {
    const known = channels.get(rollout.channel);
    if (known === undefined) channels.set(rollout.channel, rollout);
    else if (outline(known) !== outline(rollout)) {
      throw new RangeError(`The releases of channel ${rollout.channel} differ in more than their closures.`);
    }
  }
  return new Map([...channels].sort(([a], [b]) => byCodeUnit(a, b)));
}

function outline({
  policy,
  hosts,
  waves,
  edges,
  channelEdges,
  complianceMode,
  freshnessMinutes,
}: RolloutManifest): string {
  return JSON.stringify([
    policy,
    hosts.map(({ hostname, wave, staged, soakMinutes }) => [hostname, wave, staged, soakMinutes]),
    waves,
    edges,
    channelEdges,
    complianceMode,
    freshnessMinutes,
  ]);
}

function fileFleet(channels: readonly RolloutManifest[], { hosts }: Scenario): unknown {
  const known = new Set(hosts.map(({ hostname }) => hostname));
  return withoutAbsent({
    channels: new Map(channels.map((rollout) => [rollout.channel, fileChannel(rollout)])),
    budgets: orAbsent(fileBudgets(channels, known)),
    edges: orAbsent(
      channels.flatMap(({ edges }) =>
        edges.map(({ gated, gates, reason }) =>
          withoutAbsent({ hosts: [gated], 'waits-for': [gates], because: reason ?? undefined }),
        ),
      ),
    ),
  });
}

function fileChannel({
  hosts,
  waves,
  policy,
  channelEdges,
  complianceMode,
  freshnessMinutes,
}: RolloutManifest): unknown {
  const names = (of: readonly RolloutHost[]): readonly string[] => of.map(({ hostname }) => hostname).sort(byCodeUnit);
  return withoutAbsent({
    hosts: names(hosts),
    waves:
      waves.length === 0
        ? undefined
        : waves.map(({ hosts: members, soakMinutes }) => ({
            hosts: members,
            soak: writeDuration(soakMinutes * MINUTE_MS),
          })),
    soak: waves.length > 0 ? undefined : writeDuration((hosts[0]?.soakMinutes ?? 10) * MINUTE_MS),
    'on-failure': policy.onHealthFailure,
    'waits-for': channelEdges.length === 0 ? undefined : channelEdges.map(({ gates }) => gates),
    compliance: complianceMode === 'disabled' ? undefined : complianceMode,
    freshness: freshnessMinutes === DEFAULT_FRESHNESS_MINUTES ? undefined : writeDuration(freshnessMinutes * MINUTE_MS),
  });
}

function fileBudgets(channels: readonly RolloutManifest[], known: ReadonlySet<string>): readonly unknown[] {
  const budgets = new Map<string, { readonly hosts: readonly string[]; readonly 'at-most': number }>();
  for (const { budgets: own } of channels) {
    for (const { hosts, limit } of own) {
      const names = hosts.filter((name) => known.has(name));
      const key = JSON.stringify(names);
      if (limit === null || names.length === 0) continue;
      budgets.set(key, { hosts: names, 'at-most': Math.min(limit, budgets.get(key)?.['at-most'] ?? limit) });
    }
  }
  return [...budgets].sort(([a], [b]) => byCodeUnit(a, b)).map(([, budget]) => budget);
}

/** Empty if every closure is that of a generated release. */
function fileClosures(rollouts: readonly RolloutManifest[], ref: string): { closures?: ReadonlyMap<string, string> } {
  const hosts = rollouts.flatMap((rollout) => rollout.hosts);
  if (hosts.every(({ hostname, targetClosure }) => targetClosure === releasedClosure(hostname, ref))) return {};
  return { closures: new Map(hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure])) };
}

function fileHosts({ hosts, rollouts, steps }: Scenario, ref: string): readonly unknown[] {
  const isMadeUp = fileClosures(rollouts, ref).closures === undefined;
  const released = new Set(
    [...rollouts, ...steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []))].flatMap(
      (rollout) => rollout.hosts.map(({ hostname }) => hostname),
    ),
  );
  const entries = [...hosts]
    .sort((a, b) => byCodeUnit(a.hostname, b.hostname))
    .filter(({ hostname }) => released.has(hostname));
  const special = entries.map((host) =>
    fileHost(host, isMadeUp ? `old-${host.hostname}` : releasedClosure(host.hostname, ref)),
  );
  return special.filter((entry) => Object.keys(entry).length > 1);
}

function fileHost(
  { hostname, runningClosure, joinsAtMs, clockSkewMs, clockDriftPpm }: ScenarioHost,
  usual: string,
): object {
  return withoutAbsent({
    hosts: [hostname],
    joins: joinsAtMs === null || joinsAtMs === 0 ? undefined : writeDuration(joinsAtMs),
    clock:
      clockSkewMs === 0 ? undefined : `${writeDuration(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? 'ahead' : 'behind'}`,
    'drift-ppm': clockDriftPpm === 0 ? undefined : clockDriftPpm,
    running: runningClosure === usual ? undefined : runningClosure,
  });
}

function fileProbes({ hosts, probeSets }: Scenario): readonly unknown[] {
  const usual = JSON.stringify(DEFAULT_PROBES);
  return probeSets.flatMap((probes, set) => {
    const names = hosts
      .filter(({ probeSet }) => probeSet === set)
      .map(({ hostname }) => hostname)
      .sort(byCodeUnit);
    if (names.length === 0 || JSON.stringify(probes) === usual) return [];
    return [{ hosts: names, run: probes.map(fileProbe) }];
  });
}

function fileProbe({ probeName, mode, kind, intervalSecs }: ProbeDefinition): unknown {
  return { name: probeName, mode, kind, every: writeDuration(intervalSecs * 1000) };
}

function fileStep({ when, do: action }: ScenarioStep): unknown {
  return withoutAbsent({ ...fileWhen(when), ...fileAction(action) });
}

function fileWhen(when: When): object {
  if (when.type === 'At') return { at: writeDuration(when.atMs) };
  const after = when.afterMs === 0 ? undefined : writeDuration(when.afterMs);
  return {
    when: when.type === 'HostEnters' ? `${when.host} is ${when.state}` : `wave ${when.wave} of ${when.channel} starts`,
    after,
  };
}

function fileAction(action: ScenarioAction): object {
  const kind = stepKindOf(action);
  return {
    do: kind.do,
    ...('hosts' in action ? { hosts: action.hosts } : {}),
    ...kind.write(action, { release: fileRelease }),
  };
}

function fileRelease({ rollouts }: SuccessorRelease): Readonly<Record<string, unknown>> {
  const ref = rollouts[0]?.channelRef ?? 'release';
  if (rollouts.some(({ channelRef }) => channelRef !== ref))
    throw new RangeError('A release has a different ref for each channel; a file has one.');
  return { ref, channels: rollouts.map(({ channel }) => channel), ...fileClosures(rollouts, ref) };
}

function withoutAbsent(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function orAbsent(value: object): unknown {
  return (Array.isArray(value) ? value.length : Object.keys(value).length) === 0 ? undefined : value;
}

import type { RolloutManifest } from '../../fleet/index.ts';
import type { Scenario } from '../scenario.ts';
import { count, formatCount, formatRoundDuration, namesOf, shortName, writeDuration } from '../../text/index.ts';
import type { Assumption } from '../fleet-scenario.ts';
import { Page, type Cell, type PageFormat } from './page.ts';
import type { ProbeDefinition } from '../../agent/index.ts';
import { writeSpan } from '../span.ts';
import { stepKindOf } from '../faults/index.ts';
import { timeWords } from '../faults/words.ts';
import type { ScenarioStep } from '../scenario-steps.ts';

const MAX_STEP_NAMES = 6;

/** When a step happens, or from when on, such as `2m after web-01 is Soaking`. */
function momentWords({ when, do: action }: ScenarioStep): string {
  if (when.type === 'At') return `${stepKindOf(action).isArmed ? 'from' : 'at'} ${timeWords(when.atMs)}`;
  const cause =
    when.type === 'WaveStarts' ? `wave ${when.wave} of ${when.channel} starts` : `${when.host} is ${when.state}`;
  return when.afterMs === 0 ? `when ${cause}` : `${timeWords(when.afterMs)} after ${cause}`;
}

/** What a step does, and to which hosts. */
function stepWords({ do: action }: ScenarioStep): string {
  const words = stepKindOf(action).words(action);
  return 'hosts' in action ? `${namesOf(action.hosts, MAX_STEP_NAMES)}: ${words}` : words;
}

/** The assumptions of every run, and how to change them. */
function assumptionsOf({ hosts, probeSets, durations }: Scenario): readonly Assumption[] {
  const used = new Set(hosts.map(({ probeSet }) => probeSet));
  const [first] = used;
  const what =
    used.size === 1 && first !== undefined
      ? `Every host runs ${probesWords(probeSets[first] ?? [])}.`
      : `Hosts run ${used.size} sets of probes.`;
  const { activation, rollback, probe, reboot } = durations;
  return [
    { what: `${what} They pass unless a fault occurs.`, change: 'Set them in a scenario, under `probes`.' },
    {
      what: `A switch takes ${writeSpan(activation)}, a rollback ${writeSpan(rollback)}, a probe ${writeSpan(probe)}, a reboot ${writeSpan(reboot)}.`,
      change: 'Set them in a scenario, under `durations`.',
    },
  ];
}

function probesWords(probes: readonly ProbeDefinition[]): string {
  const running = probes.filter(({ mode }) => mode !== 'disabled');
  if (running.length === 0) return 'no probe';
  const list = running.map(
    ({ probeName, mode, intervalSecs }) =>
      `${probeName}${mode === 'enforce' ? '' : ` (${mode})`} every ${writeDuration(intervalSecs * 1000)}`,
  );
  return `the ${running.length === 1 ? 'probe' : 'probes'} ${list.join(', ')}`;
}

function assumed(page: Page, assumptions: readonly Assumption[]): void {
  if (assumptions.length === 0) return;
  page.title('Assumptions');
  for (const { what, change } of assumptions) {
    page.line(what, 'plain', 2);
    page.line(change, 'quiet', 4);
  }
}

const MINUTE = 60_000;
const MAX_NAMES = 8;
const MAX_EDGES = 12;

/** The plan, printed before a run: changes, waves, budgets, faults and assumptions. */
export function planReport(scenario: Scenario, format: PageFormat, assumptions: readonly Assumption[] = []): string {
  const page = new Page(format);
  const { rollouts, hosts, seed, title, steps } = scenario;
  const there = hosts.filter(({ joinsAtMs }) => joinsAtMs !== null).length;
  const later = hosts.length === there ? '' : ` (${formatCount(hosts.length - there)} more later)`;
  page.line(`${title}: ${count(there, 'host')}${later} in ${count(rollouts.length, 'channel')}, seed ${seed}`, 'title');
  const running = new Map(hosts.map(({ hostname, runningClosure }) => [hostname, runningClosure]));
  page.line(changes(rollouts, running, assumptions), 'quiet');
  for (const manifest of rollouts) channelPlan(page, manifest, running);
  budgets(page, rollouts, running);
  const isRelease = (step: ScenarioStep): boolean => step.do.type === 'publish';
  stepsPlan(page, 'Later releases', steps.filter(isRelease));
  stepsPlan(
    page,
    'Planned faults',
    steps.filter((step) => !isRelease(step)),
  );
  assumed(page, [...assumptions.filter(({ isAboutClosures }) => isAboutClosures !== true), ...assumptionsOf(scenario)]);
  return page.text;
}

function stepsPlan(page: Page, title: string, steps: readonly ScenarioStep[]): void {
  if (steps.length === 0) return;
  page.title(title);
  page.rows(steps.slice(0, MAX_EDGES).map((step) => stepCells(step)));
  if (steps.length > MAX_EDGES) page.line(`and ${formatCount(steps.length - MAX_EDGES)} more`, 'quiet', 2);
}

/** Which hosts change. */
function changes(
  rollouts: readonly RolloutManifest[],
  running: ReadonlyMap<string, string>,
  assumptions: readonly Assumption[],
): string {
  const isNew = assumptions.find(({ isAboutClosures }) => isAboutClosures === true);
  if (isNew !== undefined) return `${isNew.what} ${isNew.change}`;
  const hosts = rollouts.flatMap((rollout) => rollout.hosts);
  const changing = hosts.filter(({ hostname, targetClosure }) => running.get(hostname) !== targetClosure);
  const names = changing.map(({ hostname }) => hostname);
  if (names.length === 0) return 'No closure changes: every host runs its target already.';
  return names.length === hosts.length
    ? `${count(names.length, 'host')} ${names.length === 1 ? 'gets' : 'get'} a new closure.`
    : `${formatCount(names.length)} of ${count(hosts.length, 'host')} ${names.length === 1 ? 'gets' : 'get'} a new closure: ${namesOf(names, MAX_NAMES)}.`;
}

function channelPlan(page: Page, manifest: RolloutManifest, running: ReadonlyMap<string, string>): void {
  const { channel, channelRef, hosts, waves, policy, policyName } = manifest;
  page.title(`Channel ${channel} to ${shortName(channelRef)}`);
  if (hosts.length === 0) {
    page.line('No host has a closure: nothing to roll out.', 'quiet', 2);
    return;
  }
  page.line(`${count(hosts.length, 'host')}, policy ${policyName}, ${policy.onHealthFailure} on failure`, 'quiet', 2);
  const rows: Cell[][] = [];
  const shown =
    waves.length === 0
      ? [{ hosts: hosts.map(({ hostname }) => hostname), soakMinutes: hosts[0]?.soakMinutes ?? 0 }]
      : waves;
  shown.forEach((wave, at) => {
    rows.push([
      { text: `wave ${at}` },
      { text: count(wave.hosts.length, 'host'), align: 'right' },
      { text: `soak ${formatRoundDuration(wave.soakMinutes * MINUTE)}` },
      { text: wave.hosts.length === 0 ? 'skipped' : namesOf(wave.hosts, MAX_NAMES), tone: 'quiet' },
    ]);
  });
  page.rows(rows);
  const unstaged = hosts.filter(({ staged }) => !staged).map(({ hostname }) => hostname);
  if (unstaged.length > 0) page.line(`In no wave, so never dispatched: ${namesOf(unstaged, MAX_NAMES)}`, 'warn', 2);
  const same = hosts
    .filter(({ hostname, targetClosure }) => running.get(hostname) === targetClosure)
    .map(({ hostname }) => hostname);
  if (same.length > 0) page.line(`Nothing to do: ${namesOf(same, MAX_NAMES)} (already on the target)`, 'quiet', 2);
  for (const { gates, reason } of manifest.channelEdges)
    page.line(`Waits for channel ${gates}${because(reason)}`, 'warn', 2);
  for (const { gated, gates, reason } of manifest.edges.slice(0, MAX_EDGES))
    page.line(`${gated} waits for ${gates}${because(reason)}`, 'warn', 2);
  if (manifest.edges.length > MAX_EDGES)
    page.line(`and ${formatCount(manifest.edges.length - MAX_EDGES)} more such edges`, 'quiet', 2);
}

/** A budget matters if more of its hosts may be in flight at once than it allows. */
function budgets(page: Page, released: readonly RolloutManifest[], running: ReadonlyMap<string, string>): void {
  // Hosts that already run their target are never in flight.
  const rollouts = released.map((rollout) => ({
    ...rollout,
    hosts: rollout.hosts.filter(({ hostname, targetClosure }) => running.get(hostname) !== targetClosure),
  }));
  const rows: Cell[][] = [];
  const [first] = rollouts;
  for (const { summary, limit, hosts } of first?.budgets ?? []) {
    const selected = new Set(hosts);
    const most = mostAtOnce(
      rollouts.map((rollout) => ({ rollout, hosts: mostInOneWave(rollout, selected) })),
      rollouts,
    );
    if (limit === null || limit >= most) continue;
    const taking = rollouts.reduce((sum, rollout) => sum + selectedIn(rollout, selected).length, 0);
    // A selector may list many hosts.
    rows.push([
      { text: shortSummary(summary) },
      { text: `at most ${limit} of ${count(taking, 'host')} in flight at once` },
    ]);
  }
  if (rows.length === 0) return;
  page.title('Disruption budgets that limit the rollout');
  page.rows(rows);
}

const selectedIn = ({ hosts }: RolloutManifest, selected: ReadonlySet<string>): RolloutManifest['hosts'] =>
  hosts.filter(({ hostname, staged }) => staged && selected.has(hostname));

function mostInOneWave(rollout: RolloutManifest, selected: ReadonlySet<string>): number {
  const waves = new Map<number, number>();
  for (const { wave } of selectedIn(rollout, selected)) waves.set(wave, (waves.get(wave) ?? 0) + 1);
  return Math.max(0, ...waves.values());
}

/** The summary of a selector, without most of its names if it has many. */
export function shortSummary(summary: string): string {
  const names = summary.split(',');
  return names.length <= MAX_NAMES ? summary : `${names.slice(0, 2).join(',')} and ${names.length - 2} more`;
}

/** One wave of each channel, of channels that do not wait for each other. */
function mostAtOnce(
  waves: readonly { readonly rollout: RolloutManifest; readonly hosts: number }[],
  all: readonly RolloutManifest[],
): number {
  const [first, ...rest] = waves;
  if (first === undefined) return 0;
  // With many channels, there are too many combinations, so a budget may be shown although it does not matter.
  if (waves.length > MAX_CHANNELS) return waves.reduce((sum, { hosts }) => sum + hosts, 0);
  const free = rest.filter(
    ({ rollout }) => !waitsFor(first.rollout, rollout, all) && !waitsFor(rollout, first.rollout, all),
  );
  if (free.length === rest.length) return first.hosts + mostAtOnce(rest, all);
  return Math.max(first.hosts + mostAtOnce(free, all), mostAtOnce(rest, all));
}

const MAX_CHANNELS = 16;

/** Whether a rollout waits for another one, directly or through other channels. */
function waitsFor(rollout: RolloutManifest, gating: RolloutManifest, all: readonly RolloutManifest[]): boolean {
  const seen = new Set<string>([rollout.channel]);
  for (const channel of seen)
    for (const { gates } of all.find((other) => other.channel === channel)?.channelEdges ?? []) seen.add(gates);
  return seen.has(gating.channel);
}

function stepCells(step: Scenario['steps'][number]): Cell[] {
  return [{ text: momentWords(step), tone: 'quiet' }, { text: stepWords(step) }];
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

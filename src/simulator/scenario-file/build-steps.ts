import { at, byCodeUnit } from '../../text/index.ts';
import type { HostState } from '../../machine/index.ts';
import { STEP_KINDS } from '../faults/index.ts';
import { releasedClosure } from '../fleet-sketch.ts';
import { REF_WITHOUT_COMMIT } from '../scenario-defaults.ts';
import type { ScenarioAction, ScenarioStep } from '../scenario-steps.ts';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { When } from '../when.ts';
import type { HostChooser } from './choose-hosts.ts';
import { HOST_IS, WAVE_STARTS, type FileClosures } from './field-types.ts';
import type { KnownFleet } from './known-fleet.ts';
import { fleetPathOf, type LaterFleets, type PublishedFleet } from './later-fleets.ts';
import { projectAll, type ProjectedChannels } from './project-all.ts';
import type { Reading } from './reading.ts';
import type { SuccessorRelease } from '../faults/successor.ts';
import type { FileStep } from './step-schemas.ts';
import { keyOut } from './yaml-key.ts';

/** The context for reading a step. */
export interface StepContext extends Pick<KnownFleet, 'fleet' | 'isWhole'> {
  /** The fleet that is out before the step, in file order. */
  readonly published: PublishedFleet;
  readonly laterFleets: LaterFleets;
  readonly chooser: HostChooser;
  /** The probes of a host; `null` if another problem makes them unknown. */
  readonly probesOf: (hostname: string) => readonly ProbeDefinition[] | null;
  readonly reading: Reading;
}

/** Returns `null` if the step is invalid. Problems of the step alone are reported before. */
export function buildStep(step: FileStep, path: string, context: StepContext): ScenarioStep | null {
  const when = buildWhen(step, at(path, 'when'), context);
  const action = buildAction(step, path, context);
  return when === null || action === null ? null : { when, do: action };
}

type Timing = Pick<FileStep, 'at' | 'when' | 'after'>;

export function buildWhen(
  timing: Timing,
  path: string,
  { fleet, chooser, reading }: Pick<StepContext, 'fleet' | 'chooser' | 'reading'>,
): When | null {
  if (timing.at !== undefined) return { type: 'At', atMs: timing.at };
  if (timing.when === undefined) return null;
  const afterMs = timing.after ?? 0;
  const [, host, state] = HOST_IS.exec(timing.when) ?? [];
  if (host !== undefined) {
    if (!chooser.checkHost(host, path, reading)) return null;
    return { type: 'HostEnters', host, state: state as HostState, afterMs }; // The pattern is made of the states.
  }
  const [, wave = '', named] = WAVE_STARTS.exec(timing.when) ?? [];
  const channels = [...fleet.channels.keys()];
  const channel = named ?? (channels.length <= 1 ? (channels[0] ?? '') : null);
  if (channel === null) {
    reading.add(path, 'the fleet has several channels', `Name one: "wave ${wave} of ${channels[0] ?? ''} starts".`);
    return null;
  }
  if (!chooser.checkChannel(channel, path, reading) || !chooser.knowsWaves(reading)) return null;
  const waves = Math.max(1, fleet.waves.get(channel)?.length ?? 0);
  if (Number(wave) < waves) return { type: 'WaveStarts', channel, wave: Number(wave), afterMs };
  reading.add(path, `the channel has no wave ${wave}`, `Waves count from 0; the last one is ${waves - 1}.`);
  return null;
}

function buildAction(step: FileStep, path: string, context: StepContext): ScenarioAction | null {
  const kind = STEP_KINDS.get(step.do);
  if (kind === undefined) throw new Error(`The schema let ${step.do} through.`);
  // Safe: the schema of a step on hosts requires them.
  const hosts = step.hosts === undefined ? [] : context.chooser.choose(step.hosts, at(path, 'hosts'), context.reading);
  const own = kind.read(step, { release: () => buildPublish(step, path, context) });
  if (own === null) return null;
  if (typeof step['probe'] === 'string') checkProbe(step['probe'], hosts, path, context);
  // Safe: the kind reads everything else that its action has.
  return { type: kind.do, ...(kind.isOnHosts ? { hosts } : {}), ...own } as ScenarioAction;
}

/** A probe that none of the hosts declares is a mistake. */
function checkProbe(probe: string, hosts: readonly string[], path: string, { probesOf, reading }: StepContext): void {
  const known = new Set<string>();
  for (const host of hosts) {
    const probes = probesOf(host);
    if (probes === null) return;
    for (const { probeName } of probes) known.add(probeName);
  }
  if (!known.has(probe) && hosts.length > 0)
    reading.unknownName(at(path, 'probe'), 'probe of these hosts', probe, known);
}

/** What a step publishes: a release of the current fleet, or of another fleet file. */
function buildPublish(step: FileStep, path: string, context: StepContext): SuccessorRelease | null {
  const { published, laterFleets, isWhole, reading } = context;
  // Safe: the step's schema has these.
  const release = step as unknown as ScenarioRelease;
  const fleetPath = fleetPathOf(step);
  if (fleetPath === null) {
    return buildRelease({ fleet: published.fleet, isWhole }, release, path, context);
  }
  if (release.channels !== undefined) {
    const message = 'a fleet file is published as a whole';
    reading.add(at(path, 'channels'), message, 'Leave `channels` out, or publish without `fleet`.', true);
  }
  const fleet = laterFleets.get(fleetPath) ?? null;
  if (fleet === null || !isWhole) return null;
  published.publish(fleet);
  const ref = release.ref ?? fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT;
  const { closures = {} } = release;
  const made = buildRelease({ fleet, isWhole }, { ref, closures }, path, context);
  if (made === null) return null;
  return {
    ...made,
    rollouts: [...made.rollouts, ...published.goneRollouts(ref, path, reading)].sort((a, b) =>
      byCodeUnit(a.channel, b.channel),
    ),
    fleetHosts: [...fleet.hosts].map(([hostname, { channel }]) => ({ hostname, channel })),
  };
}

/** A release: its ref, its channels, and its new closures. */
export interface ScenarioRelease {
  readonly ref?: string | undefined;
  readonly closures?: FileClosures | undefined;
  readonly channels?: readonly string[] | undefined;
}

/** The rollouts of a release, in order of channel; without `closures`, every host gets a new one. */
export function buildRelease(
  { fleet, isWhole }: Pick<KnownFleet, 'fleet' | 'isWhole'>,
  release: ScenarioRelease,
  path: string,
  { chooser, reading }: Pick<StepContext, 'chooser' | 'reading'>,
): ProjectedChannels | null {
  const ref = release.ref ?? fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT;
  const named = closuresOf(release.closures ?? 'new for every host', ref, chooser, at(path, 'closures'), reading);
  // Patterns may match hosts of other fleet files too.
  const closures = new Map([...named].filter(([hostname]) => fleet.hosts.has(hostname)));
  const channels = [...fleet.channels.keys()].sort(byCodeUnit);
  for (const name of release.channels ?? []) {
    chooser.checkChannel(name, at(path, 'channels'), reading);
  }
  if (!isWhole) return null;
  return projectAll(
    fleet,
    channels.filter((name) => release.channels?.includes(name) ?? true),
    ref,
    closures,
    path,
    reading,
  );
}

function closuresOf(
  closures: FileClosures,
  ref: string,
  chooser: HostChooser,
  path: string,
  reading: Reading,
): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  if (closures === 'new for every host') {
    for (const name of chooser.names) chosen.set(name, releasedClosure(name, ref));
    return chosen;
  }
  for (const [key, closure] of Object.entries(closures)) {
    const pattern = keyOut(key);
    for (const name of chooser.expand([pattern], at(path, pattern), reading)) chosen.set(name, closure);
  }
  return chosen;
}

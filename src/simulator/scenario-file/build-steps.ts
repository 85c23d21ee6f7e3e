import { projectRollout, type Fleet, type RolloutManifest } from '../../fleet/index.ts';
import { at } from '../../text/json-path.ts';
import { byCodeUnit } from '../../text/by-code-unit.ts';
import type { HostState } from '../../machine/record.ts';
import { releasedClosure } from '../plan-fleet.ts';
import type { ScenarioAction, ScenarioStep } from '../scenario-steps.ts';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { When } from '../when.ts';
import { expand } from './expand-patterns.ts';
import type { HostChooser } from './choose-hosts.ts';
import { HOST_IS, WAVE_STARTS } from './field-types.ts';
import type { Reading } from './reading.ts';
import type { FileStep, StepOf } from './step-schemas.ts';
import { keyOut } from './yaml-key.ts';

/** What a step is read against. */
export interface StepContext {
  readonly fleet: Fleet;
  readonly chooser: HostChooser;
  /** The names of the probes that hosts run. */
  readonly probesOf: (hostname: string) => readonly ProbeDefinition[];
  readonly reading: Reading;
}

const FAILED_EXIT_CODE = 4;

/** `null`, and problems, if the step cannot be. */
export function buildStep(step: FileStep, path: string, context: StepContext): ScenarioStep | null {
  const when = buildWhen(step, path, context);
  const action = buildAction(step, path, context);
  return when === null || action === null ? null : { when, do: action };
}

function buildWhen(step: FileStep, path: string, { fleet, chooser, reading }: StepContext): When | null {
  if ((step.at === undefined) === (step.when === undefined)) {
    reading.add(
      path,
      `expected one of at or when, found ${step.at === undefined ? 'neither' : 'both'}`,
      'Say when it happens: `at: 12m`, or `when: wave 1 starts`.',
    );
    return null;
  }
  if (step.at !== undefined) {
    if (step.after === undefined) return { type: 'At', atMs: step.at };
    reading.add(at(path, 'after'), '`after` goes with `when`', 'Add it to the time of `at`.', true);
    return null;
  }
  const afterMs = step.after ?? 0;
  const text = step.when ?? '';
  const [, host, state] = HOST_IS.exec(text) ?? [];
  if (host !== undefined) {
    if (!fleet.hosts.has(host)) {
      reading.unknownName(at(path, 'when'), 'host', host, chooser.names);
      return null;
    }
    return { type: 'HostEnters', host, state: state as HostState, afterMs }; // The pattern is made of the states.
  }
  const [, wave = '', named] = WAVE_STARTS.exec(text) ?? [];
  const channels = [...fleet.channels.keys()];
  const channel = named ?? (channels.length === 1 ? channels[0] : undefined);
  if (channel === undefined) {
    reading.add(
      at(path, 'when'),
      'the fleet has several channels',
      `Say which one is meant: "wave ${wave} of ${channels[0] ?? ''} starts".`,
    );
    return null;
  }
  if (!fleet.channels.has(channel)) {
    reading.unknownName(at(path, 'when'), 'channel', channel, channels);
    return null;
  }
  const waves = Math.max(1, fleet.waves.get(channel)?.length ?? 0);
  if (Number(wave) < waves) return { type: 'WaveStarts', channel, wave: Number(wave), afterMs };
  reading.add(at(path, 'when'), `the channel has no wave ${wave}`, `Waves count from 0; the last one is ${waves - 1}.`);
  return null;
}

function buildAction(step: FileStep, path: string, context: StepContext): ScenarioAction | null {
  switch (step.do) {
    case 'restart-control-plane':
      return { type: 'RestartControlPlane', downMs: step.down ?? null };
    case 'lose-database':
      return { type: 'LoseDatabase', downMs: step.down ?? null };
    case 'publish': {
      const rollouts = buildRelease(context.fleet, step, path, context);
      return rollouts === null ? null : { type: 'PublishRelease', rollouts };
    }
    default:
      return buildHostAction(
        step,
        context.chooser.choose(step.hosts, at(path, 'hosts'), context.reading),
        path,
        context,
      );
  }
}

type HostStep = Exclude<FileStep, { readonly do: 'restart-control-plane' | 'lose-database' | 'publish' }>;

function buildHostAction(
  step: HostStep,
  hosts: readonly string[],
  path: string,
  context: StepContext,
): ScenarioAction | null {
  switch (step.do) {
    case 'crash':
      return {
        type: 'CrashAgent',
        hosts,
        afterEffects: step['after-effects'] ?? null,
        downMs: step.down ?? null,
        losesTail: step['loses-tail'] ?? false,
      };
    case 'reboot':
      return { type: 'RebootHost', hosts, offMs: step.off ?? null };
    case 'take-offline':
      return { type: 'TakeOffline', hosts, forMs: step.for ?? null };
    case 'partition':
      return { type: 'Partition', hosts, forMs: step.for };
    case 'slow-link':
      return { type: 'SlowLink', hosts, extraMs: step.extra, forMs: step.for };
    case 'lose-messages':
      return { type: 'LoseMessages', hosts, what: step.what ?? 'both', forMs: step.for };
    case 'duplicate-messages':
      return { type: 'DuplicateMessages', hosts, forMs: step.for };
    case 'fail-activation':
      return {
        type: 'FailActivation',
        hosts,
        exitCode: step['exit-code'] ?? FAILED_EXIT_CODE,
        times: step.times ?? null,
      };
    case 'wrong-closure':
      return { type: 'MisreportClosure', hosts, closure: step.closure, times: step.times ?? null };
    case 'defer-activation':
      return {
        type: 'DeferActivation',
        hosts,
        component: step.component ?? 'dbus',
        rebootAfterMs: step['reboot-after'] ?? null,
        times: step.times ?? null,
      };
    case 'fail-probe':
      return { type: 'FailProbe', hosts, probe: probeOf(step, hosts, path, context), forMs: step.for ?? null };
    case 'flap-probe':
      if (step.period < 2)
        context.reading.add(
          at(path, 'period'),
          'expected a period of at least 2ms',
          'Take a longer one; a probe runs every few seconds at most.',
        );
      return {
        type: 'FlapProbe',
        hosts,
        probe: probeOf(step, hosts, path, context),
        periodMs: step.period,
        forMs: step.for ?? null,
      };
    case 'silence-probe':
      return { type: 'SilenceProbe', hosts, probe: probeOf(step, hosts, path, context), forMs: step.for ?? null };
    case 'fail-rollback':
      return {
        type: 'FailRollback',
        hosts,
        exitCode: step['exit-code'] ?? FAILED_EXIT_CODE,
        times: step.times ?? null,
      };
    case 'set-clock':
      return setClock(step, hosts, path, context.reading);
  }
}

function setClock(
  step: StepOf<'set-clock'>,
  hosts: readonly string[],
  path: string,
  reading: Reading,
): ScenarioAction | null {
  if (step.ahead !== undefined && step.behind !== undefined) {
    reading.add(path, 'a clock cannot be both ahead and behind', 'Keep one of the two.');
    return null;
  }
  // No negative zero, which JSON would not keep.
  const skewMs = step.behind === undefined || step.behind === 0 ? (step.ahead ?? 0) : -step.behind;
  return { type: 'SetClock', hosts, skewMs, driftPpm: step['drift-ppm'] ?? 0 };
}

/** A probe that none of the hosts declares is a slip of the pen. */
function probeOf(
  { probe }: { readonly probe?: string | undefined },
  hosts: readonly string[],
  path: string,
  { probesOf, reading }: StepContext,
): string | null {
  if (probe === undefined) return null;
  const known = new Set<string>();
  for (const host of hosts) for (const { probeName } of probesOf(host)) known.add(probeName);
  if (!known.has(probe) && hosts.length > 0)
    reading.unknownName(at(path, 'probe'), 'probe of these hosts', probe, known);
  return probe;
}

/** What goes out: which ref, to which channels, and what is new in it. */
export interface Release {
  readonly ref?: string | undefined;
  readonly closures?: 'new for every host' | Readonly<Record<string, string>> | undefined;
  readonly channels?: readonly string[] | undefined;
}

/** The rollouts of a release, in order of channel; `closures` left out means new ones for every host. */
export function buildRelease(
  fleet: Fleet,
  release: Release,
  path: string,
  { chooser, reading }: Pick<StepContext, 'chooser' | 'reading'>,
): readonly RolloutManifest[] | null {
  const ref = release.ref ?? fleet.meta.ciCommit ?? 'simulated';
  const closures = closuresOf(release.closures ?? 'new for every host', ref, chooser, at(path, 'closures'), reading);
  const channels = [...fleet.channels.keys()].sort(byCodeUnit);
  for (const name of release.channels ?? []) {
    if (!fleet.channels.has(name)) reading.unknownName(at(path, 'channels'), 'channel', name, channels);
  }
  return projectAll(
    fleet,
    channels.filter((name) => release.channels?.includes(name) ?? true),
    ref,
    closures,
    path,
    reading,
  );
}

export function projectAll(
  fleet: Fleet,
  channels: readonly string[],
  ref: string,
  closures: ReadonlyMap<string, string>,
  path: string,
  reading: Reading,
): readonly RolloutManifest[] | null {
  const rollouts: RolloutManifest[] = [];
  let isWhole = true;
  for (const channel of channels) {
    const projected = projectRollout(fleet, channel, { ref, closures });
    if (projected.ok) rollouts.push(projected.rollout);
    else {
      isWhole = false;
      reading.add(path, projected.problem.message, projected.problem.fix);
    }
  }
  return isWhole ? rollouts : null;
}

function closuresOf(
  closures: NonNullable<Release['closures']>,
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
    for (const name of expand([pattern], chooser.names, 'host', at(path, pattern), reading)) chosen.set(name, closure);
  }
  return chosen;
}

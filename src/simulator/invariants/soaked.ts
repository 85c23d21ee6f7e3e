import type { OutboundEvent } from '../../machine/index.ts';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { HostRolloutSnapshot } from '../../wire/index.ts';
import type { RunSetup } from '../run-setup.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues, PerHost } from './per-host.ts';
import { itemAt } from './rollout-book.ts';

const MS_PER_MINUTE = 60_000;
/** A real clock is not read at the very moment of the observation. */
const SLACK_MS = 30_000;

interface State {
  /** The probes that have run since they were last started. */
  readonly runs: HostValues<readonly string[]>;
  /** The probe that ran last despite having been stopped. */
  readonly stale: HostValues<string | null>;
  /** The ends of soak that each host was given, by a dispatch or by a snapshot. */
  readonly given: PerHost<readonly (number | null)[]>;
  /** When each host was first dispatched, including by a control plane that has lost its database since. */
  readonly dispatchedAt: PerHost<number>;
}

const NONE: readonly string[] = [];
const NEVER_GIVEN: readonly (number | null)[] = [];

/**
 * A host that converged, other than by synthesis, has soaked for as long as its wave requires, and every declared
 * enforce probe has run since the probes were last started. Times are those that the protocol compares: the control
 * plane's for the dispatch, the agent's for the convergence. A gap is closed with a Converged record only when the soak
 * is over by the control plane's own clock.
 */
export const soaked: Judge<State> = {
  begin: () => ({
    runs: new HostValues(NONE),
    stale: new HostValues<string | null>(null),
    dispatchedAt: new PerHost(Number.NaN),
    given: new PerHost(NEVER_GIVEN),
  }),
  on: {
    HeartbeatReplied: (scene, state, { answer: { bootstrapRollouts } }, host) => {
      for (const snapshot of bootstrapRollouts) {
        giveAgain(scene, state, host, snapshot);
        give(state.given, snapshot.rolloutId, host.index, snapshot.soakDueAt);
      }
    },
    HeaderWritten: ({ broken }, { given }, { hostname, header: { rolloutId, record } }, { index }) => {
      const known = given.get(rolloutId, index);
      if (record.state === 'Pending' || known.length === 0 || known.includes(record.soakDueAt)) return;
      broken(
        'soaked',
        hostname,
        rolloutId,
        `${hostname} soaks until ${record.soakDueAt ?? 'no time'}, which neither a dispatch nor a snapshot set.`,
      );
    },
    ProbesStarted: (_, { runs }, _observation, { index }) => runs.delete(index),
    ProbeRan: (_, { stale }, { outcome: { generation, probeName } }, { index, probeGeneration }) => {
      if (probeGeneration === generation) stale.delete(index);
      else stale.set(index, probeName);
    },
    EventEmitted: (scene, state, { rolloutId, event }, host) => emitted(scene, state, host, rolloutId, event),
  },
  effects: {
    QueueDispatch: ({ hosts }, state, { host, rolloutId, dispatchedAt, soakDueAt }) => {
      const index = hosts.find(host)?.index;
      if (index === undefined) return;
      give(state.given, rolloutId, index, soakDueAt);
      // An acknowledgement does not say which dispatch it is for (docs/findings.md).
      state.dispatchedAt.set(rolloutId, index, earlier(state.dispatchedAt.get(rolloutId, index), dispatchedAt));
    },
    RemoteAppendEventLog: ({ ledger, hosts, broken }, state, { host, rolloutId, payload }) => {
      const index = hosts.find(host)?.index;
      if (payload.type !== 'Converged' || index === undefined) return;
      const { book, at: place } = ledger.find(rolloutId, host);
      if (book === null) return;
      const soakMs = itemAt(book.manifest.hosts, place).soakMinutes * MS_PER_MINUTE;
      // A rebuilt record has the time when it was opened again, which an agent may have taken over.
      const dispatchedAt = earlier(itemAt(book.dispatchedAt, place), state.dispatchedAt.get(rolloutId, index));
      if (payload.convergedAt - dispatchedAt >= soakMs) return;
      const passed = Number.isNaN(dispatchedAt)
        ? 'without a dispatch'
        : `${payload.convergedAt - dispatchedAt} ms after its dispatch`;
      broken('soaked', host, rolloutId, `${host} converged ${passed}, but its soak is ${soakMs} ms.`);
    },
    TakeOverRecord: (
      { setup, ledger, hosts, runMs, broken },
      _,
      { host, rolloutId, record: { state, soakDueAt, targetClosure }, because },
    ) => {
      if (state !== 'Converged' || because !== 'gap') return;
      const closure = hosts.find(host)?.heard?.currentClosure ?? null;
      if (closure !== null && closure !== targetClosure)
        broken('soaked', host, rolloutId, `${host} was taken over as Converged while its heartbeat says ${closure}.`);
      const now = ledger.controlPlaneTime(setup.startAt, runMs);
      if (soakDueAt === null || now >= soakDueAt) return;
      broken(
        'soaked',
        host,
        rolloutId,
        `${host} was taken over as Converged ${soakDueAt - now} ms before its soak was over.`,
      );
    },
  },
};

function give(given: State['given'], rolloutId: string, host: number, soakDueAt: number | null): void {
  const known = given.get(rolloutId, host);
  // Nearly always the one given last.
  if (known.at(-1) !== soakDueAt && !known.includes(soakDueAt)) given.set(rolloutId, host, [...known, soakDueAt]);
}

/**
 * A host that was acknowledged and never dispatched, as far as the control plane remembers, gets a whole soak. It
 * counts from the answer.
 */
function giveAgain(
  { setup, ledger, runMs, broken }: Scene,
  { dispatchedAt }: State,
  { index, name }: ObservedState,
  { rolloutId, state, soakDueAt }: HostRolloutSnapshot,
): void {
  const { book, at: place } = ledger.find(rolloutId, name);
  if (book === null || state === 'Pending' || soakDueAt === null || itemAt(book.records, place).soakDueAt !== null)
    return;
  const soakMs = itemAt(book.manifest.hosts, place).soakMinutes * MS_PER_MINUTE;
  const sinceMs = soakDueAt - soakMs;
  dispatchedAt.set(rolloutId, index, earlier(dispatchedAt.get(rolloutId, index), sinceMs));
  const lessMs = ledger.controlPlaneTime(setup.startAt, runMs) - sinceMs;
  if (lessMs <= SLACK_MS) return;
  broken('soaked', name, rolloutId, `${name} was given a soak ${lessMs} ms shorter than its wave's.`);
}

/** NaN only if neither is known. */
function earlier(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

function emitted(
  { setup, broken }: Scene,
  { runs, stale }: State,
  host: ObservedState,
  rolloutId: string,
  event: OutboundEvent,
): void {
  const { index, name: hostname } = host;
  if (event.type === 'ProbeResult') {
    if (stale.get(index) === event.probeName)
      broken(
        'soaked',
        hostname,
        rolloutId,
        `${hostname} took a result of ${event.probeName} for the previous closure.`,
      );
    const known = runs.get(index);
    if (!known.includes(event.probeName)) runs.set(index, [...known, event.probeName]);
  }
  if (event.type !== 'Converged') return;
  const soakDueAt = host.own.get(rolloutId)?.record.soakDueAt ?? null;
  if (soakDueAt !== null && event.convergedAt < soakDueAt)
    broken(
      'soaked',
      hostname,
      rolloutId,
      `${hostname} converged ${soakDueAt - event.convergedAt} ms before its soak was over.`,
    );
  for (const probeName of enforcedProbes(setup, host.probeSet)) {
    if (runs.get(index).includes(probeName)) continue;
    broken('soaked', hostname, rolloutId, `${hostname} converged before its probe ${probeName} had run.`);
  }
}

/** Derived from the set alone, so it is not part of any state. */
const enforcedOfSet = new WeakMap<readonly ProbeDefinition[], readonly string[]>();

/** An unknown mode counts as `enforce`; of several probes with one name the first counts. */
export function enforcedProbes({ probeSets }: RunSetup, probeSet: number): readonly string[] {
  const probes = probeSets[probeSet] ?? [];
  const known = enforcedOfSet.get(probes);
  if (known !== undefined) return known;
  const enforced = probes
    .filter((probe, index) => probes.findIndex(({ probeName }) => probeName === probe.probeName) === index)
    .filter(({ mode }) => mode !== 'observe' && mode !== 'disabled')
    .map(({ probeName }) => probeName);
  enforcedOfSet.set(probes, enforced);
  return enforced;
}

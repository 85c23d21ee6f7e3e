import type { OutboundEvent } from '../../machine/index.ts';
import type { RunSetup } from '../observations.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';
import { itemAt } from './rollout-book.ts';

const MS_PER_MINUTE = 60_000;

interface State {
  /** By host, the probes that have run since they were last started. */
  readonly runs: Map<string, ReadonlySet<string>>;
  /** By host, the probe that ran last although its agent had stopped it. */
  readonly stale: Map<string, string>;
  /** When each host was dispatched, also by a control plane that has lost its database since. */
  readonly dispatchedAt: PerHost<number>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * A host that converged, other than by synthesis, has soaked for as long as its wave requires, and every declared enforce
 * probe has run since the probes were last started. Times are those that the protocol compares: the control plane's for
 * the dispatch, the agent's for the convergence. A gap is closed with a Converged record only when the soak is over by
 * the control plane's own clock.
 */
export const soaked: Judge<State> = {
  begin: () => ({ runs: new Map(), stale: new Map(), dispatchedAt: new PerHost(Number.NaN) }),
  on: {
    ProbesStarted: (_, { runs }, { hostname }) => {
      runs.set(hostname, NONE);
    },
    ProbeRan: ({ hosts }, { stale }, { hostname, outcome: { generation, probeName } }) => {
      if (hosts.find(hostname)?.probeGeneration === generation) stale.delete(hostname);
      else stale.set(hostname, probeName);
    },
    EventEmitted: (scene, state, { hostname, rolloutId, event }) => emitted(scene, state, hostname, rolloutId, event),
  },
  effects: {
    QueueDispatch: ({ hosts }, state, { host, rolloutId, dispatchedAt }) => {
      const index = hosts.find(host)?.index;
      if (index !== undefined) state.dispatchedAt.set(rolloutId, index, dispatchedAt);
    },
    RemoteAppendEventLog: ({ ledger, hosts, broken }, state, { host, rolloutId, payload }) => {
      const index = hosts.find(host)?.index;
      if (payload.type !== 'Converged' || index === undefined) return;
      const { book, at: place } = ledger.find(rolloutId, host);
      if (book === null) return;
      const soakMs = itemAt(book.manifest.hosts, place).soakMinutes * MS_PER_MINUTE;
      // A record that was rebuilt has the time at which it was opened again, and an agent may have taken that over.
      const dispatchedAt = earlier(itemAt(book.dispatchedAt, place), state.dispatchedAt.get(rolloutId, index));
      if (payload.convergedAt - dispatchedAt >= soakMs) return;
      const passed = Number.isNaN(dispatchedAt)
        ? 'and was never dispatched'
        : `${payload.convergedAt - dispatchedAt} ms after its dispatch`;
      broken('soaked', host, rolloutId, `${host} converged ${passed}, and its soak is ${soakMs} ms.`);
    },
    TakeOverRecord: (
      { setup, ledger, runMs, broken },
      _,
      { host, rolloutId, record: { state, soakDueAt }, because },
    ) => {
      const now = ledger.controlPlaneTime(setup.startAt, runMs);
      if (state !== 'Converged' || because !== 'gap' || soakDueAt === null || now >= soakDueAt) return;
      broken(
        'soaked',
        host,
        rolloutId,
        `${host} was taken over as Converged ${soakDueAt - now} ms before its soak was over.`,
      );
    },
  },
};

/** NaN only if neither is known. */
function earlier(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

function emitted(
  { setup, hosts, broken }: Scene,
  { runs, stale }: State,
  hostname: string,
  rolloutId: string,
  event: OutboundEvent,
): void {
  if (event.type === 'ProbeResult') {
    if (stale.get(hostname) === event.probeName)
      broken(
        'soaked',
        hostname,
        rolloutId,
        `${hostname} took a result of ${event.probeName} that is of the closure before.`,
      );
    const known = runs.get(hostname) ?? NONE;
    if (!known.has(event.probeName)) runs.set(hostname, new Set(known).add(event.probeName));
  }
  const host = event.type === 'Converged' ? hosts.find(hostname) : null;
  if (host === null || event.type !== 'Converged') return;
  const soakDueAt = host.own.get(rolloutId)?.record.soakDueAt ?? null;
  if (soakDueAt !== null && event.convergedAt < soakDueAt)
    broken(
      'soaked',
      hostname,
      rolloutId,
      `${hostname} converged ${soakDueAt - event.convergedAt} ms before its soak was over.`,
    );
  for (const probeName of enforcedProbes(setup, host.probeSet)) {
    if (runs.get(hostname)?.has(probeName) === true) continue;
    broken('soaked', hostname, rolloutId, `${hostname} converged before its probe ${probeName} had run.`);
  }
}

/** An unknown mode counts as `enforce`; of several probes with one name the first counts. */
export function enforcedProbes({ probeSets }: RunSetup, probeSet: number): readonly string[] {
  const probes = probeSets[probeSet] ?? [];
  return probes
    .filter((probe, index) => probes.findIndex(({ probeName }) => probeName === probe.probeName) === index)
    .filter(({ mode }) => mode !== 'observe' && mode !== 'disabled')
    .map(({ probeName }) => probeName);
}

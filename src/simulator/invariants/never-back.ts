import type { HostRolloutState, HostState, Time } from '../../machine/index.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { PerHost } from './per-host.ts';

/** How far an agent has got, according to a header or a heartbeat. */
interface Shown {
  readonly life: number;
  readonly state: HostState;
  readonly lastEventSeq: number;
}

/** Times that an agent has written down for good. */
interface Firsts {
  readonly probeObservedFirstAt: Time | null;
  readonly probeFailureFirstAt: Time | null;
}

interface State {
  readonly shown: PerHost<Shown | null>;
  readonly firsts: PerHost<Firsts | null>;
  readonly begun: PerHost<boolean>;
}

/**
 * Until an agent restarts, a record never moves back; and the first failure stays the first (specification: agent, rule
 * 10). An older snapshot would undo what the host has done, and forgetting a first failure would give a failing host
 * another two minutes. Across restarts, an agent starts a rollout only once (rule 3). Judged by the records that the
 * agent writes and reports.
 */
export const neverBack: Judge<State> = {
  begin: () => ({
    shown: new PerHost<Shown | null>(null),
    firsts: new PerHost<Firsts | null>(null),
    begun: new PerHost(false),
  }),
  emitted: {
    DispatchAck: ({ broken }, { begun }, { hostname, rolloutId }, { index }) => {
      if (begun.get(rolloutId, index))
        broken('never back', hostname, rolloutId, `${hostname} started ${rolloutId} a second time.`);
      begun.set(rolloutId, index, true);
    },
  },
  on: {
    HeaderWritten: (scene, state, { header: { rolloutId, record } }, host) => {
      checkPlace(scene, state, host, rolloutId, record);
      checkFirsts(scene, state, host, rolloutId, record);
    },
    HeartbeatSent: (scene, state, { heartbeat }, host) => {
      for (const snapshot of heartbeat.rollouts) checkPlace(scene, state, host, snapshot.rolloutId, snapshot);
    },
    // The disk included the fact that it had started.
    DiskLost: (_, { shown, firsts, begun }, _observation, { index }) => {
      shown.deleteHost(index);
      firsts.deleteHost(index);
      begun.deleteHost(index);
    },
  },
};

function checkPlace(
  { broken }: Scene,
  { shown }: State,
  { index, name: hostname, life }: ObservedState,
  rolloutId: string,
  { state, lastEventSeq }: Pick<HostRolloutState, 'state' | 'lastEventSeq'>,
): void {
  const before = shown.get(rolloutId, index);
  const isSameLife = before?.life === life;
  if (isSameLife && before.lastEventSeq === lastEventSeq) return;
  shown.set(rolloutId, index, { life, state, lastEventSeq });
  if (!isSameLife || lastEventSeq > before.lastEventSeq) return;
  broken(
    'never back',
    hostname,
    rolloutId,
    `${hostname} went from ${before.state} after event ${before.lastEventSeq} to ${state} after event ${lastEventSeq}.`,
  );
}

function checkFirsts(
  { broken }: Scene,
  { firsts }: State,
  { index, name: hostname }: ObservedState,
  rolloutId: string,
  { probeObservedFirstAt, probeFailureFirstAt }: HostRolloutState,
): void {
  const before = firsts.get(rolloutId, index);
  const now: Firsts = { probeObservedFirstAt, probeFailureFirstAt };
  if (before?.probeObservedFirstAt === probeObservedFirstAt && before.probeFailureFirstAt === probeFailureFirstAt)
    return;
  firsts.set(rolloutId, index, now);
  for (const first of ['probeObservedFirstAt', 'probeFailureFirstAt'] as const) {
    if (before === null || before[first] === null || before[first] === now[first]) continue;
    broken(
      'never back',
      hostname,
      rolloutId,
      `${hostname} changed its ${first} from ${before[first]} to ${now[first] ?? 'nothing'}.`,
    );
  }
}

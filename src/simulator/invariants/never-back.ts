import type { HostRolloutState, HostState, Time } from '../../machine/index.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** How far an agent has got, as it shows in a header or in a heartbeat. */
interface Shown {
  readonly life: number;
  readonly state: HostState;
  readonly lastEventSeq: number;
}

/** The times that an agent has written down, and that stay for good. */
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
  on: {
    EventEmitted: ({ hosts, broken }, { begun }, { hostname, rolloutId, event: { type } }) => {
      const host = type === 'DispatchAck' ? hosts.find(hostname) : null;
      if (host === null) return;
      if (begun.get(rolloutId, host.index))
        broken('never back', hostname, rolloutId, `${hostname} has begun ${rolloutId} a second time.`);
      begun.set(rolloutId, host.index, true);
    },
    HeaderWritten: (scene, state, { hostname, header: { rolloutId, record } }) => {
      checkPlace(scene, state, hostname, rolloutId, record);
      checkFirsts(scene, state, hostname, rolloutId, record);
    },
    HeartbeatSent: (scene, state, { hostname, heartbeat }) => {
      for (const snapshot of heartbeat.rollouts) checkPlace(scene, state, hostname, snapshot.rolloutId, snapshot);
    },
    // The disk included the fact that it had started.
    DiskLost: ({ hosts }, { shown, firsts, begun }, { hostname }) => {
      const host = hosts.find(hostname);
      if (host === null) return;
      shown.deleteHost(host.index);
      firsts.deleteHost(host.index);
      begun.deleteHost(host.index);
    },
  },
};

function checkPlace(
  { hosts, broken }: Scene,
  { shown }: State,
  hostname: string,
  rolloutId: string,
  { state, lastEventSeq }: Pick<HostRolloutState, 'state' | 'lastEventSeq'>,
): void {
  const host = hosts.find(hostname);
  if (host === null) return;
  const { life } = host;
  const before = shown.get(rolloutId, host.index);
  const isSameLife = before?.life === life;
  if (isSameLife && before.lastEventSeq === lastEventSeq) return;
  shown.set(rolloutId, host.index, { life, state, lastEventSeq });
  if (!isSameLife || lastEventSeq > before.lastEventSeq) return;
  broken(
    'never back',
    hostname,
    rolloutId,
    `${hostname} went from ${before.state} after event ${before.lastEventSeq} to ${state} after event ${lastEventSeq}.`,
  );
}

function checkFirsts(
  { hosts, broken }: Scene,
  { firsts }: State,
  hostname: string,
  rolloutId: string,
  { probeObservedFirstAt, probeFailureFirstAt }: HostRolloutState,
): void {
  const host = hosts.find(hostname);
  if (host === null) return;
  const before = firsts.get(rolloutId, host.index);
  const now: Firsts = { probeObservedFirstAt, probeFailureFirstAt };
  if (before?.probeObservedFirstAt === probeObservedFirstAt && before.probeFailureFirstAt === probeFailureFirstAt)
    return;
  firsts.set(rolloutId, host.index, now);
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

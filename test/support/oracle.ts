/**
 * An independent host machine, for tests only. Written from the tables of specification host-machine, in their order,
 * without using the product, not even its types. Where the two disagree, one of them is wrong.
 */
export type Fields = Readonly<Record<string, unknown>>;

export type Opinion =
  | { readonly ok: true; readonly state: Fields; readonly effects: readonly Fields[] }
  | { readonly ok: false; readonly error: Fields };

interface Row {
  readonly from: string;
  readonly local: string;
  readonly remote: string;
  readonly to: string;
  /** The event's field for TR.at. */
  readonly at?: string;
  readonly set: (record: Fields, event: Fields, policy: string) => Fields;
  readonly localEffects: string;
  readonly remoteEffects: string;
  /** The policy that decides on a rollback, if any. */
  readonly rollback?: (event: Fields, policy: string) => unknown;
}

const completed = (from: string): Row => ({
  from,
  local: 'LocalActivationCompleted',
  remote: 'RemoteActivationCompleted',
  to: 'Soaking',
  at: 'completedAt',
  set: (_, e) => ({ activationCompletedAt: e['completedAt'], currentClosure: e['observedCurrentClosure'], probes: {} }),
  localEffects: 'RESET EMIT TR',
  remoteEffects: 'LOG TR',
});

const probe = (record: Fields, name: unknown): Fields | undefined => {
  const entry = Object.entries(record['probes'] as Fields).find(([known]) => known === name);
  return entry?.[1] as Fields | undefined;
};

const table: readonly Row[] = [
  {
    from: 'Pending',
    local: 'LocalActivate',
    remote: 'RemoteDispatchAck',
    to: 'Activating',
    at: 'receivedAt',
    set: (_, e) => ({ currentClosureAtDispatch: e['currentClosureAtDispatch'], dispatchAckedAt: e['receivedAt'] }),
    localEffects: 'TR EMIT SWITCH',
    remoteEffects: 'LOG TR',
  },
  {
    from: 'Activating',
    local: 'LocalActivationStarted',
    remote: 'RemoteActivationStarted',
    to: 'Activating',
    set: (_, e) => ({ activationStartedAt: e['startedAt'] }),
    localEffects: 'EMIT',
    remoteEffects: 'LOG',
  },
  completed('Activating'),
  {
    from: 'Activating',
    local: 'LocalActivationDeferred',
    remote: 'RemoteActivationDeferred',
    to: 'Deferred',
    at: 'deferredAt',
    set: () => ({}),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG TR',
  },
  {
    from: 'Activating',
    local: 'LocalActivationFailed',
    remote: 'RemoteActivationFailed',
    to: 'Failed',
    at: 'failedAt',
    set: (_, e, policy) => ({ activationFailedAt: e['failedAt'], failedAt: e['failedAt'], policyApplied: policy }),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG TR',
    rollback: (_, policy) => policy,
  },
  completed('Deferred'),
  {
    from: 'Deferred',
    local: 'LocalActivationFailed',
    remote: 'RemoteActivationFailed',
    to: 'Failed',
    at: 'failedAt',
    set: (_, e) => ({ activationFailedAt: e['failedAt'], failedAt: e['failedAt'] }),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG TR',
  },
  {
    from: 'Soaking',
    local: 'LocalProbeTopologyDeclared',
    remote: 'RemoteProbeTopologyDeclared',
    to: 'Soaking',
    set: () => ({}),
    localEffects: 'EMIT',
    remoteEffects: 'LOG',
  },
  {
    from: 'Soaking',
    local: 'LocalProbeObservedFirst',
    remote: 'RemoteProbeObservedFirst',
    to: 'Soaking',
    set: (r, e) => (r['probeObservedFirstAt'] === null ? { probeObservedFirstAt: e['observedAt'] } : {}),
    localEffects: 'emit',
    remoteEffects: 'LOG',
  },
  {
    from: 'Soaking',
    local: 'LocalProbeResult',
    remote: 'RemoteProbeResult',
    to: 'Soaking',
    set: (r, e) => {
      const others = Object.entries(r['probes'] as Fields).filter(([name]) => name !== e['probeName']);
      const result =
        e['status'] === 'pass'
          ? { lastPassAt: e['observedAt'], failureReason: null }
          : { lastPassAt: probe(r, e['probeName'])?.['lastPassAt'] ?? null, failureReason: e['failureReason'] };
      const stored = { status: e['status'], mode: e['mode'], lastObservedAt: e['observedAt'], ...result };
      return { probes: Object.fromEntries([...others, [e['probeName'], stored]]) };
    },
    localEffects: 'emit',
    remoteEffects: 'LOG',
  },
  {
    from: 'Soaking',
    local: 'LocalProbeFailureFirst',
    remote: 'RemoteProbeFailureFirst',
    to: 'Soaking',
    set: (r, e) => (r['probeFailureFirstAt'] === null ? { probeFailureFirstAt: e['firstFailedAt'] } : {}),
    localEffects: 'emit',
    remoteEffects: 'LOG',
  },
  {
    from: 'Soaking',
    local: 'LocalSustainedFailureCrossed',
    remote: 'RemoteFailed',
    to: 'Failed',
    at: 'failedAt',
    set: (_, e) => ({ failedAt: e['failedAt'], policyApplied: e['policyApplied'] }),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG TR',
    rollback: (e) => e['policyApplied'],
  },
  {
    from: 'Soaking',
    local: 'LocalConvergedReached',
    remote: 'RemoteConverged',
    to: 'Converged',
    at: 'convergedAt',
    set: (_, e) => ({ convergedAt: e['convergedAt'], currentClosure: e['currentClosure'] }),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG TR',
  },
  {
    from: 'Failed',
    local: 'LocalRollbackCompleted',
    remote: 'RemoteRollbackComplete',
    to: 'Reverted',
    at: 'completedAt',
    set: (_, e) => ({
      revertedAt: e['completedAt'],
      revertedTo: e['revertedToClosure'],
      currentClosure: e['revertedToClosure'],
    }),
    localEffects: 'EMIT TR',
    remoteEffects: 'LOG QUARANTINE TR',
  },
];

/** The event's name and fields on the wire. */
const outbound: Readonly<Record<string, readonly [type: string, ...fields: string[]]>> = {
  LocalActivate: ['DispatchAck', 'currentClosureAtDispatch', 'receivedAt'],
  RemoteDispatchAck: ['DispatchAck', 'currentClosureAtDispatch', 'receivedAt'],
  LocalSustainedFailureCrossed: ['Failed', 'failedAt', 'sustainedDurationSecs', 'failingProbes', 'policyApplied'],
  RemoteFailed: ['Failed', 'failedAt', 'sustainedDurationSecs', 'failingProbes', 'policyApplied'],
  LocalRollbackCompleted: ['RollbackComplete', 'revertedToClosure', 'exitCode', 'completedAt'],
  RemoteRollbackComplete: ['RollbackComplete', 'revertedToClosure', 'exitCode', 'completedAt'],
  LocalConvergedReached: ['Converged', 'convergedAt', 'currentClosure'],
  RemoteConverged: ['Converged', 'convergedAt', 'currentClosure'],
};

function payloadOf(event: Fields): Fields {
  const name = String(event['type']);
  const { type: _, ...all } = event;
  const known = outbound[name];
  if (known === undefined) return { type: name.replace(/^(Local|Remote)/, ''), ...all };
  const [type, ...fields] = known;
  return { type, ...Object.fromEntries([...fields, 'seq'].map((field) => [field, event[field]])) };
}

function effectOf(code: string, row: Row, record: Fields, event: Fields): Fields {
  const { rolloutId, hostname: host, channel, targetClosure } = record;
  switch (code) {
    case 'TR':
      return { type: 'RecordTransition', host, rolloutId, from: row.from, to: row.to, at: event[row.at ?? ''] };
    case 'EMIT':
      return { type: 'LocalEmitEvent', rolloutId, payload: payloadOf(event), durable: true };
    case 'emit':
      return { type: 'LocalEmitEvent', rolloutId, payload: payloadOf(event), durable: false };
    case 'LOG':
      return { type: 'RemoteAppendEventLog', host, rolloutId, payload: payloadOf(event) };
    case 'SWITCH':
      return { type: 'LocalFireSwitch', rolloutId, target: targetClosure };
    case 'RESET':
      return { type: 'LocalResetProbeCache', rolloutId };
    case 'QUARANTINE':
      return { type: 'RemoteInsertQuarantine', channel, closure: targetClosure };
    default:
      throw new Error(`the oracle has no effect ${code}`);
  }
}

function brokenInvariant(record: Fields, event: Fields): string | null {
  if (event['currentClosure'] !== record['targetClosure']) return 'closure-mismatch';
  const due = record['soakDueAt'];
  if (due !== null && Number(event['convergedAt']) < Number(due)) return 'soak-not-elapsed';
  const probes = Object.entries(record['probes'] as Fields).map(([, each]) => each as Fields);
  const failing = probes.some((each) => each['mode'] === 'enforce' && each['status'] !== 'pass');
  return failing ? 'enforce-probe-not-passing' : null;
}

/** Without the message, whose wording is free. */
export function oracle(record: object, happened: object, policy: { readonly onHealthFailure: string }): Opinion {
  const [state, event] = [{ ...record } as Fields, { ...happened } as Fields];
  const { rolloutId, hostname, lastEventSeq } = state;
  const refuse = (error: Fields): Opinion => ({ ok: false, error: { ...error, rolloutId, hostname } });

  if (Number(event['seq']) <= Number(lastEventSeq)) {
    return refuse({ kind: 'SeqRegression', got: event['seq'], last: lastEventSeq });
  }
  const row = table.find(
    ({ from, local, remote }) => from === state['state'] && (local === event['type'] || remote === event['type']),
  );
  if (row === undefined) return refuse({ kind: 'IllegalForState', from: state['state'], event: event['type'] });
  if (row.to === 'Converged') {
    const invariant = brokenInvariant(state, event);
    if (invariant !== null) return refuse({ kind: 'Invariant', invariant });
  }

  const next = {
    ...state,
    ...row.set(state, event, policy.onHealthFailure),
    state: row.to,
    lastEventSeq: event['seq'],
  };
  const isLocal = event['type'] === row.local;
  const codes = (isLocal ? row.localEffects : row.remoteEffects).split(' ');
  const effects = codes.map((code) => effectOf(code, row, state, event));
  const closure = state['currentClosureAtDispatch'];
  if (isLocal && row.rollback?.(event, policy.onHealthFailure) === 'rollback-and-halt' && closure !== null) {
    effects.push({ type: 'LocalFireRollbackTo', rolloutId, closure });
  }
  return { ok: true, state: next, effects };
}

/** How many (state, event) pairs the oracle accepts. */
export const legalPairs: ReadonlySet<string> = new Set(
  table.flatMap(({ from, local, remote }) => [`${from}.${local}`, `${from}.${remote}`]),
);

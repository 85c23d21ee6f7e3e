import { isObject } from '../../text/index.ts';
import { accepting, inField, inSteps, refusing, type Json, type PlantedBug, type StepQuestion } from './planted-bug.ts';

const isOf = ({ event }: StepQuestion, outbound: string): boolean =>
  event.type.endsWith(outbound) || event.type === LOCAL_NAMES[outbound];

/** The local names that do not end like the wire's. */
const LOCAL_NAMES: Readonly<Record<string, string>> = {
  DispatchAck: 'LocalActivate',
  Failed: 'LocalSustainedFailureCrossed',
  RollbackComplete: 'LocalRollbackCompleted',
  Converged: 'LocalConvergedReached',
};

const without =
  (type: string) =>
  ({ effects }: { readonly effects: readonly Json[] }): Json | null =>
    effects.some((effect) => effect['type'] === type)
      ? { effects: effects.filter((effect) => effect['type'] !== type) }
      : null;

const EFFECTS = [
  'LocalFireSwitch',
  'LocalFireRollbackTo',
  'LocalResetProbeCache',
  'LocalEmitEvent',
  'RemoteInsertQuarantine',
  'RemoteAppendEventLog',
  'RecordTransition',
];

const KEPT = [
  'currentClosureAtDispatch',
  'currentClosure',
  'revertedTo',
  'dispatchAckedAt',
  'activationStartedAt',
  'activationCompletedAt',
  'activationFailedAt',
  'probeObservedFirstAt',
  'probeFailureFirstAt',
  'convergedAt',
  'failedAt',
  'policyApplied',
  'revertedAt',
  'probes',
] as const;

/** Bugs in the chart's decisions: branches, guards, written fields, effects. */
export const branchBugs: readonly PlantedBug[] = [
  ...EFFECTS.map((type) => inSteps('branch', `never returns ${type}`, without(type))),
  ...KEPT.map((field) => inField('branch', `never writes ${field}`, field, ({ state }) => state[field])),
  inField('branch', 'stays in Pending', 'state', ({ state }, value) => (state.state === 'Pending' ? 'Pending' : value)),
  inField('branch', 'goes from Deferred to Activating', 'state', ({ state }, value) =>
    state.state === 'Deferred' && value === 'Soaking' ? 'Activating' : value,
  ),
  inField('branch', 'takes the policy over when a deferred host fails', 'policyApplied', ({ state, policy }, value) =>
    state.state === 'Deferred' && value === state.policyApplied ? policy.onHealthFailure : value,
  ),
  inSteps('branch', 'fails a probe by a control that fails', ({ state }, { event }) => {
    const isFailing =
      'subResults' in event &&
      event.status === 'pass' &&
      event.subResults?.some(({ status, effectiveMode }) => status === 'fail' && effectiveMode === 'enforce');
    return isFailing === true ? { state: { ...state, probes: {} } } : null;
  }),
  inSteps('branch', 'rolls back under halt', ({ effects }, { state, event, policy }) =>
    event.type === 'LocalActivationFailed' && state.state === 'Activating' && policy.onHealthFailure === 'halt'
      ? { effects: [...effects, { type: 'LocalFireRollbackTo', rolloutId: state.rolloutId, closure: '' }] }
      : null,
  ),
  inSteps('branch', 'rolls back by the rollout and not by the event', (ok, { event, policy }) =>
    isOfFailure(event.type) && 'policyApplied' in event && event.policyApplied !== policy.onHealthFailure
      ? without('LocalFireRollbackTo')(ok)
      : null,
  ),
  accepting('branch', 'accepts a repetition', ({ event, state }) => event.seq === state.lastEventSeq),
  accepting('branch', 'accepts what is older', ({ event, state }) => event.seq < state.lastEventSeq),
  refusing('branch', 'refuses every gap', ({ event, state }) => event.seq > state.lastEventSeq + 1),
  accepting('branch', 'converges on any closure', (question) => isOf(question, 'Converged')),
  refusing(
    'branch',
    'lets an observed probe hold convergence',
    (question) =>
      isOf(question, 'Converged') && Object.values(question.state.probes).some(({ mode }) => mode === 'observe'),
  ),
  refusing(
    'branch',
    'lets a disabled probe hold convergence',
    (question) =>
      isOf(question, 'Converged') &&
      Object.values(question.state.probes).some(({ mode, status }) => mode === 'disabled' && status === 'fail'),
  ),
  refusing(
    'branch',
    'needs a probe to converge',
    (question) => isOf(question, 'Converged') && Object.keys(question.state.probes).length === 0,
  ),
  ...([0, -1] as const).map((index) =>
    accepting(
      'branch',
      `looks at the ${index === 0 ? 'first' : 'last'} probe only`,
      ({ state, event }) =>
        state.state === 'Soaking' &&
        event.seq > state.lastEventSeq &&
        'convergedAt' in event &&
        event.currentClosure === state.targetClosure &&
        event.convergedAt >= (state.soakDueAt ?? -Infinity) &&
        Object.values(state.probes).at(index)?.status === 'pass',
    ),
  ),
];

const isOfFailure = (type: string): boolean => type === 'LocalSustainedFailureCrossed' || type === 'RemoteFailed';

const timeOf = ({ event }: StepQuestion): number | null => {
  const found = Object.entries(event).find(
    ([name, value]) => name.endsWith('At') && name !== 'soakDueAt' && typeof value === 'number',
  );
  return found === undefined ? null : Number(found[1]);
};

/** Replaces the event's own time wherever it was written. */
const withTime = (name: string, change: (at: number, question: StepQuestion) => number): PlantedBug =>
  inSteps('value', name, ({ state }, question) => {
    const at = timeOf(question);
    if (at === null) return null;
    const other = change(at, question);
    if (other === at) return null;
    const entries = Object.entries(state).map(([field, value]) => {
      // Safe: a record is a JSON object.
      const before = (question.state as unknown as Json)[field];
      return [field, field.endsWith('At') && value === at && before !== at ? other : value] as const;
    });
    return { state: Object.fromEntries(entries) };
  });

const probeChange = (
  name: string,
  change: (probe: Json, before: Json | null, question: StepQuestion) => Json,
): PlantedBug =>
  inSteps('value', name, ({ state }, question) => {
    const { event } = question;
    if (!('status' in event) || !isObject(state['probes'])) return null;
    const probe = state['probes'][event.probeName];
    if (!isObject(probe)) return null;
    const before = Object.hasOwn(question.state.probes, event.probeName)
      ? question.state.probes[event.probeName]
      : null;
    const changed = change(probe, isObject(before) ? before : null, question);
    if (changed === probe) return null;
    const probes = Object.entries(state['probes']).map(([each, value]) => [
      each,
      each === event.probeName ? changed : value,
    ]);
    return { state: { ...state, probes: Object.fromEntries(probes) } };
  });

/** Bugs that show only with certain values, or combinations of two. */
export const valueBugs: readonly PlantedBug[] = [
  withTime('writes now instead of the time of the event', (_, { now }) => now),
  withTime('never writes a time that lies ahead of now', (at, { now }) => Math.min(at, now)),
  withTime('never writes a time before the dispatch', (at, { state }) => Math.max(at, state.dispatchedAt)),
  withTime('never writes a time before the acknowledgement', (at, { state }) =>
    Math.max(at, state.dispatchAckedAt ?? at),
  ),
  refusing(
    'value',
    'refuses an event from before the dispatch',
    (question) => (timeOf(question) ?? 0) < question.state.dispatchedAt,
  ),
  refusing(
    'value',
    'refuses an event from the future',
    (question) => (timeOf(question) ?? 0) > question.now + 86_400_000,
  ),
  refusing(
    'value',
    'converges a moment too late',
    ({ event, state }) => 'convergedAt' in event && event.convergedAt === state.soakDueAt,
  ),
  refusing(
    'value',
    'compares the window with now',
    ({ event, state, now }) => 'convergedAt' in event && state.soakDueAt !== null && now < state.soakDueAt,
  ),
  refusing(
    'value',
    'needs a window to converge',
    ({ event, state }) => 'convergedAt' in event && state.soakDueAt === null,
  ),
  inSteps('value', 'does not roll back to an empty closure', (ok, { state }) =>
    state.currentClosureAtDispatch === '' ? without('LocalFireRollbackTo')(ok) : null,
  ),
  inSteps('value', 'does not roll back to the closure that failed', (ok, { state }) =>
    state.currentClosureAtDispatch === state.targetClosure ? without('LocalFireRollbackTo')(ok) : null,
  ),
  inSteps('value', 'does not quarantine an empty closure', (ok, { state }) =>
    state.targetClosure === '' ? without('RemoteInsertQuarantine')(ok) : null,
  ),
  inSteps('value', 'does not switch where the target runs already', (ok, { event, state }) =>
    'currentClosureAtDispatch' in event && event.currentClosureAtDispatch === state.targetClosure
      ? without('LocalFireSwitch')(ok)
      : null,
  ),
  inField('value', 'takes the target of a dispatch over', 'targetClosure', ({ event }, value) =>
    'targetClosure' in event ? event.targetClosure : value,
  ),
  inField('value', 'takes the window of a dispatch over', 'soakDueAt', ({ event }, value) =>
    'soakDueAt' in event ? event.soakDueAt : value,
  ),
  inField('value', 'does not go back to an earlier closure', 'currentClosure', ({ state }, value) =>
    state.currentClosureAtDispatch === value ? state.currentClosure : value,
  ),
  inField('value', 'overwrites the first failure', 'probeFailureFirstAt', ({ event }, value) =>
    'firstFailedAt' in event ? event.firstFailedAt : value,
  ),
  inField('value', 'keeps the earliest of first failures', 'probeFailureFirstAt', ({ event, state }, value) =>
    'firstFailedAt' in event && state.probeFailureFirstAt !== null
      ? Math.min(state.probeFailureFirstAt, event.firstFailedAt)
      : value,
  ),
  inField('value', 'overwrites the first observation', 'probeObservedFirstAt', ({ event }, value) =>
    event.type.endsWith('ProbeObservedFirst') && 'observedAt' in event ? event.observedAt : value,
  ),
  inField(
    'value',
    'keeps the policy that was applied before',
    'policyApplied',
    ({ state }, value) => state.policyApplied ?? value,
  ),
  inField('value', 'keeps when it failed before', 'failedAt', ({ state }, value) => state.failedAt ?? value),
  inField(
    'value',
    'keeps when it started before',
    'activationStartedAt',
    ({ state }, value) => state.activationStartedAt ?? value,
  ),
  probeChange('ignores a result older than the stored one', (probe, before) =>
    before !== null && Number(before['lastObservedAt']) > Number(probe['lastObservedAt']) ? before : probe,
  ),
  probeChange('forgets the last pass when a probe fails', (probe) =>
    probe['status'] === 'fail' && probe['lastPassAt'] !== null ? { ...probe, lastPassAt: null } : probe,
  ),
  probeChange('keeps the reason of a probe that passes', (probe, _, { event }) =>
    probe['status'] === 'pass' && 'failureReason' in event && event.failureReason !== probe['failureReason']
      ? { ...probe, failureReason: event.failureReason }
      : probe,
  ),
  probeChange('keeps the mode that a probe had', (probe, before) =>
    before !== null && before['mode'] !== probe['mode'] ? { ...probe, mode: before['mode'] } : probe,
  ),
  probeChange('lets the last pass only move on', (probe, before) =>
    before !== null && Number(before['lastPassAt'] ?? -Infinity) > Number(probe['lastPassAt'] ?? -Infinity)
      ? { ...probe, lastPassAt: before['lastPassAt'] }
      : probe,
  ),
  refusing(
    'value',
    'refuses a fraction of a second',
    ({ event }) => 'sustainedDurationSecs' in event && !Number.isInteger(event.sustainedDurationSecs),
  ),
  refusing(
    'value',
    'refuses a failure that names no probe',
    ({ event }) => 'failingProbes' in event && event.failingProbes.length === 0,
  ),
];

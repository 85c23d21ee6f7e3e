import { isObject } from '../../text/index.ts';
import { inAnswers, inSteps, type Json, type PlantedBug, type StepQuestion } from './planted-bug.ts';

const inEffect = (name: string, type: string, change: (effect: Json, question: StepQuestion) => Json): PlantedBug =>
  inSteps('branch', name, ({ effects }, question) => {
    const changed = effects.map((effect) => (effect['type'] === type ? change(effect, question) : effect));
    return changed.some((effect, index) => effect !== effects[index]) ? { effects: changed } : null;
  });

/** A bug in the payload of an emitted event. */
const inPayload = (name: string, change: (payload: Json, question: StepQuestion) => Json): PlantedBug =>
  inSteps('branch', name, ({ effects }, question) => {
    const changed = effects.map((effect) => {
      const { payload } = effect;
      if (!isObject(payload)) return effect;
      const other = change(payload, question);
      return other === payload ? effect : { ...effect, payload: other };
    });
    return changed.some((effect, index) => effect !== effects[index]) ? { effects: changed } : null;
  });

/** Puts the first effect of one type before the first of another. */
const before = (name: string, first: string, second: string): PlantedBug =>
  inSteps('order', name, ({ effects }) => {
    const from = effects.findIndex(({ type }) => type === first);
    const to = effects.findIndex(({ type }) => type === second);
    const moved = effects[from];
    if (moved === undefined || to === -1 || from < to) return null;
    const rest = effects.filter((_, index) => index !== from);
    return { effects: [...rest.slice(0, to), moved, ...rest.slice(to)] };
  });

const withField = (value: Json, field: string, next: unknown): Json =>
  value[field] === next ? value : { ...value, [field]: next };

/** Bugs in the contents and order of effects. */
export const effectBugs: readonly PlantedBug[] = [
  inEffect('switches to the target of the dispatch', 'LocalFireSwitch', (effect, { event }) =>
    'targetClosure' in event ? withField(effect, 'target', event.targetClosure) : effect,
  ),
  inEffect('rolls back to what runs now', 'LocalFireRollbackTo', (effect, { state }) =>
    withField(effect, 'closure', state.currentClosure ?? effect['closure']),
  ),
  inEffect('quarantines what was rolled back to', 'RemoteInsertQuarantine', (effect, { event }) =>
    'revertedToClosure' in event ? withField(effect, 'closure', event.revertedToClosure) : effect,
  ),
  inEffect('quarantines what ran', 'RemoteInsertQuarantine', (effect, { state }) =>
    withField(effect, 'closure', state.currentClosure ?? effect['closure']),
  ),
  inEffect('reads the channel out of the rollout', 'RemoteInsertQuarantine', (effect, { state }) =>
    withField(effect, 'channel', state.rolloutId.split('@')[0]),
  ),
  inEffect('records a transition at the time of the answer', 'RecordTransition', (effect, { now }) =>
    withField(effect, 'at', now),
  ),
  inEffect('records every transition as one from Activating', 'RecordTransition', (effect, { state }) =>
    state.state === 'Deferred' ? withField(effect, 'from', 'Activating') : effect,
  ),
  inEffect('makes a failed probe durable', 'LocalEmitEvent', (effect, { event }) =>
    'status' in event && event.status === 'fail' ? withField(effect, 'durable', true) : effect,
  ),
  inEffect('does not make a deferral durable', 'LocalEmitEvent', (effect, { event }) =>
    event.type === 'LocalActivationDeferred' ? withField(effect, 'durable', false) : effect,
  ),
  inPayload('drops the reason of a probe that passes from the payload', (payload) =>
    payload['status'] === 'pass' ? withField(payload, 'failureReason', null) : payload,
  ),
  inPayload('drops the controls of a probe that passes', (payload) =>
    payload['status'] === 'pass' ? withField(payload, 'subResults', null) : payload,
  ),
  inPayload('carries the target instead of the observed closure', (payload, { state }) =>
    'observedCurrentClosure' in payload ? withField(payload, 'observedCurrentClosure', state.targetClosure) : payload,
  ),
  inPayload('carries the policy of the rollout instead of the applied one', (payload, { policy }) =>
    'policyApplied' in payload ? withField(payload, 'policyApplied', policy.onHealthFailure) : payload,
  ),
  inPayload('carries more of a dispatch than it may', (payload, { state }) =>
    payload['type'] === 'DispatchAck' ? withField(payload, 'targetClosure', state.targetClosure) : payload,
  ),
  inPayload('leaves out what is null in a payload', (payload) => {
    const entries = Object.entries(payload).filter(([, value]) => value !== null);
    return entries.length === Object.keys(payload).length ? payload : Object.fromEntries(entries);
  }),
  before('emits before the transition of a dispatch', 'LocalEmitEvent', 'RecordTransition'),
  before('records a transition before it is emitted', 'RecordTransition', 'LocalEmitEvent'),
  before('records a transition before the log', 'RecordTransition', 'RemoteAppendEventLog'),
  before('rolls back before the transition', 'LocalFireRollbackTo', 'RecordTransition'),
  before('quarantines first', 'RemoteInsertQuarantine', 'RemoteAppendEventLog'),
  before('quarantines last', 'RecordTransition', 'RemoteInsertQuarantine'),
  before('emits before probes are reset', 'LocalEmitEvent', 'LocalResetProbeCache'),
];

const inRefusal = (name: string, change: (refusal: Json, question: StepQuestion) => Json): PlantedBug =>
  inAnswers('branch', name, (answer, question) => {
    if (question.op !== 'step' || !isObject(answer['err'])) return answer;
    const changed = change(answer['err'], question);
    return changed === answer['err'] ? answer : { err: changed };
  });

/** The first failing condition for converging, when checked in another order. */
const conditionsInOrder =
  (order: readonly string[]) =>
  (refusal: Json, { state, event }: StepQuestion): Json => {
    if (refusal['kind'] !== 'Invariant' || !('convergedAt' in event)) return refusal;
    const fails: Readonly<Record<string, boolean>> = {
      'closure-mismatch': event.currentClosure !== state.targetClosure,
      'soak-not-elapsed': state.soakDueAt !== null && event.convergedAt < state.soakDueAt,
      'enforce-probe-not-passing': Object.values(state.probes).some(
        ({ mode, status }) => mode === 'enforce' && status === 'fail',
      ),
    };
    return withField(refusal, 'invariant', order.find((name) => fails[name] === true) ?? refusal['invariant']);
  };

export const refusalBugs: readonly PlantedBug[] = [
  inRefusal('swaps the two numbers of a refusal', (refusal) =>
    'got' in refusal && refusal['got'] !== refusal['last']
      ? { ...refusal, got: refusal['last'], last: refusal['got'] }
      : refusal,
  ),
  inRefusal('names the target as the state of a refusal', (refusal, { state }) =>
    'from' in refusal && state.state === 'Reverted' ? { ...refusal, from: 'Failed' } : refusal,
  ),
  inRefusal('asks the window before the closure', conditionsInOrder(['soak-not-elapsed', 'closure-mismatch'])),
  inRefusal('asks the probes before the window', conditionsInOrder(['closure-mismatch', 'enforce-probe-not-passing'])),
  inRefusal('looks at the state before the number', (refusal, { state, event }) =>
    refusal['kind'] === 'SeqRegression' && (state.state === 'Converged' || state.state === 'Reverted')
      ? {
          kind: 'IllegalForState',
          from: state.state,
          event: event.type,
          rolloutId: state.rolloutId,
          hostname: state.hostname,
        }
      : refusal,
  ),
  inRefusal('names an event as the wire does', (refusal) =>
    typeof refusal['event'] === 'string'
      ? withField(refusal, 'event', refusal['event'].replace(/^(Local|Remote)/, ''))
      : refusal,
  ),
];

/** Bugs in the start and rehydration of a record. */
export const beginningBugs: readonly PlantedBug[] = [
  ...(['Deferred', 'Converged', 'Failed', 'Reverted'] as const).map((state) =>
    inAnswers('branch', `has nothing to reset for a restored host in ${state}`, (answer, question) =>
      question.op === 'rehydrate' && question.state.state === state ? { ok: { effects: [] } } : answer,
    ),
  ),
  inAnswers('branch', 'resets the probes of a restored host only if it has some', (answer, question) =>
    question.op === 'rehydrate' && Object.keys(question.state.probes).length === 0 ? { ok: { effects: [] } } : answer,
  ),
  ...(
    [
      ['begins with an hour to soak where none is given', 'soakDueAt', (value: unknown) => value ?? 3_600_000],
      ['begins at number 1', 'lastEventSeq', () => 1],
      ['begins with the target as what runs', 'currentClosure', () => ''],
    ] as const
  ).map(([name, field, next]) =>
    inAnswers('branch', name, (answer, question) => {
      if (question.op !== 'start' || !isObject(answer['ok']) || !isObject(answer['ok']['state'])) return answer;
      const { state } = answer['ok'];
      const changed = withField(state, field, next(state[field]));
      return changed === state ? answer : { ok: { state: changed } };
    }),
  ),
];

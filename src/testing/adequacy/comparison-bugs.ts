import { isObject } from '../../text/index.ts';
import type { ProbeRecord } from '../../machine/index.ts';
import { accepting, inField, inSteps, refusing, type Json, type PlantedBug, type StepQuestion } from './planted-bug.ts';

type Converging = StepQuestion & { readonly event: { readonly currentClosure: string; readonly convergedAt: number } };

const isConverging = (question: StepQuestion): question is Converging =>
  'convergedAt' in question.event && question.state.state === 'Soaking';

const isNewer = ({ state, event }: StepQuestion): boolean => event.seq > state.lastEventSeq;

const soaked = ({ state, event }: Converging): boolean => event.convergedAt >= (state.soakDueAt ?? -Infinity);
const holds = ({ mode, status }: ProbeRecord): boolean => mode === 'enforce' && status !== 'pass';
const isHealthy = ({ state }: Converging): boolean => !Object.values(state.probes).some(holds);

/** Accepts convergence on a closure that only resembles the target. */
const alike = (name: string, same: (closure: string, target: string) => boolean): PlantedBug =>
  accepting(
    'value',
    `takes closures for the same that ${name}`,
    (question) =>
      isConverging(question) &&
      isNewer(question) &&
      soaked(question) &&
      isHealthy(question) &&
      same(question.event.currentClosure, question.state.targetClosure),
  );

/** Accepts convergence before the window is over. */
const early = (name: string, isOver: (convergedAt: number, soakDueAt: number) => boolean): PlantedBug =>
  accepting(
    'value',
    name,
    (question) =>
      isConverging(question) &&
      isNewer(question) &&
      isHealthy(question) &&
      question.event.currentClosure === question.state.targetClosure &&
      question.state.soakDueAt !== null &&
      isOver(question.event.convergedAt, question.state.soakDueAt),
  );

/** Accepts convergence although a probe blocks it, because it overlooks that probe. */
const overlooking = (
  name: string,
  overlooks: (probe: ProbeRecord, probeName: string, question: Converging) => boolean,
) =>
  accepting(
    'value',
    `overlooks a probe ${name}`,
    (question) =>
      isConverging(question) &&
      isNewer(question) &&
      soaked(question) &&
      question.event.currentClosure === question.state.targetClosure &&
      Object.entries(question.state.probes).every(
        ([probeName, probe]) => !holds(probe) || overlooks(probe, probeName, question),
      ),
  );

const second = (ms: number): number => Math.floor(ms / 1_000);

/** Bugs in comparing numbers, closures and times, and in which probes count. */
export const comparisonBugs: readonly PlantedBug[] = [
  refusing(
    'value',
    'compares numbers of events as texts',
    ({ state, event }) => String(event.seq) <= String(state.lastEventSeq),
  ),
  refusing(
    'value',
    'compares numbers of events in single precision',
    ({ state, event }) => Math.fround(event.seq) <= Math.fround(state.lastEventSeq),
  ),
  refusing(
    'value',
    'compares numbers of events in 32 bits',
    ({ state, event }) => (event.seq | 0) <= (state.lastEventSeq | 0),
  ),
  alike('differ in case', (closure, target) => closure.toLowerCase() === target.toLowerCase()),
  alike('differ in spaces around', (closure, target) => closure.trim() === target.trim()),
  alike('begin alike', (closure, target) => closure !== '' && target.startsWith(closure)),
  alike('begin with the target', (closure, target) => target !== '' && closure.startsWith(target)),
  alike('have the same 32 characters in front', (closure, target) => closure.slice(0, 32) === target.slice(0, 32)),
  alike('have the same normal form', (closure, target) => closure.normalize('NFC') === target.normalize('NFC')),
  alike('have the same last part', (closure, target) => closure.split('/').at(-1) === target.split('/').at(-1)),
  alike('are empty', (closure) => closure === ''),
  early('converges within the second in which the window ends', (at, due) => second(at) === second(due)),
  early('converges a millisecond too early', (at, due) => at === due - 1),
  early('takes a window that ends at 0 for none', (_, due) => due === 0),
  early('takes a window before 1970 for none', (_, due) => due < 0),
  early('compares the window in 32 bits', (at, due) => (at | 0) >= (due | 0)),
  early('compares the window as text', (at, due) => String(at) >= String(due)),
  overlooking('that has passed before', ({ lastPassAt }) => lastPassAt !== null),
  overlooking('without a reason', ({ failureReason }) => (failureReason ?? '') === ''),
  overlooking('whose name is empty', (_, name) => name === ''),
  overlooking('whose name is a number', (_, name) => /^\d+$/.test(name)),
  overlooking(
    'that was last seen before the activation',
    ({ lastObservedAt }, _, { state }) => lastObservedAt < (state.activationCompletedAt ?? -Infinity),
  ),
  overlooking(
    'that was last seen before the window ended',
    ({ lastObservedAt }, _, { state }) => lastObservedAt < (state.soakDueAt ?? -Infinity),
  ),
  overlooking('where most others pass', (_, _name, { state }) => Object.keys(state.probes).length > 2),
];

const failsOn = (name: string, fails: (question: StepQuestion) => boolean): PlantedBug =>
  inField('branch', name, 'state', (question, value) => (value === 'Soaking' && fails(question) ? 'Failed' : value));

/** Keeps what was stored of a probe, for some results. */
const keepsProbe = (name: string, isIgnored: (question: StepQuestion) => boolean): PlantedBug =>
  inSteps('branch', name, ({ state }, question) => {
    const { event } = question;
    if (!('status' in event) || !isObject(state['probes']) || !isIgnored(question)) return null;
    const probes = { ...question.state.probes };
    return JSON.stringify(probes) === JSON.stringify(state['probes']) ? null : { state: { ...state, probes } };
  });

const nextState = (state: Json): unknown => state['state'];

/** Bugs in corner cases that the specification calls easy to get wrong. */
export const cornerBugs: readonly PlantedBug[] = [
  failsOn('fails an activation by its exit code', ({ event }) => 'exitCode' in event && event.exitCode !== 0),
  failsOn('fails an activation by a negative exit code', ({ event }) => 'exitCode' in event && event.exitCode < 0),
  failsOn(
    'fails an activation that runs something else',
    ({ event, state }) => 'observedCurrentClosure' in event && event.observedCurrentClosure !== state.targetClosure,
  ),
  inField('branch', 'writes the target instead of the observed closure', 'currentClosure', ({ event, state }, value) =>
    'observedCurrentClosure' in event ? state.targetClosure : value,
  ),
  inField('branch', 'forgets the first observation when activated', 'probeObservedFirstAt', ({ event }, value) =>
    'observedCurrentClosure' in event ? null : value,
  ),
  inField('branch', 'forgets the first failure when activated', 'probeFailureFirstAt', ({ event }, value) =>
    'observedCurrentClosure' in event ? null : value,
  ),
  inField('branch', 'takes the first result for the first observation', 'probeObservedFirstAt', ({ event }, value) =>
    'status' in event ? (value ?? event.observedAt) : value,
  ),
  inField('branch', 'takes the first failed result for the first failure', 'probeFailureFirstAt', ({ event }, value) =>
    'status' in event && event.status === 'fail' ? (value ?? event.observedAt) : value,
  ),
  inField(
    'branch',
    'ignores the first failure of a probe that is only observed',
    'probeFailureFirstAt',
    (question, value) =>
      'firstFailedAt' in question.event && question.event.mode === 'observe'
        ? question.state.probeFailureFirstAt
        : value,
  ),
  inField('branch', 'ignores the first observation of a disabled probe', 'probeObservedFirstAt', (question, value) =>
    question.event.type.endsWith('ProbeObservedFirst') && 'mode' in question.event && question.event.mode === 'disabled'
      ? question.state.probeObservedFirstAt
      : value,
  ),
  inField('branch', 'takes an empty first time for none', 'probeFailureFirstAt', ({ event, state }, value) =>
    'firstFailedAt' in event && state.probeFailureFirstAt === 0 ? event.firstFailedAt : value,
  ),
  keepsProbe('does not store a disabled probe', ({ event }) => 'mode' in event && event.mode === 'disabled'),
  keepsProbe(
    'does not store an observed probe that fails',
    ({ event }) => 'status' in event && event.mode === 'observe' && event.status === 'fail',
  ),
  keepsProbe(
    'does not store the same result again',
    ({ event, state }) =>
      'status' in event &&
      Object.hasOwn(state.probes, event.probeName) &&
      state.probes[event.probeName]?.status === event.status,
  ),
  keepsProbe(
    'stores a result only of probes that it knows',
    ({ event, state }) =>
      'status' in event && Object.keys(state.probes).length > 0 && !Object.hasOwn(state.probes, event.probeName),
  ),
  inSteps('branch', 'drops what was not declared', ({ state }, { event, state: before }) =>
    event.type.endsWith('ProbeTopologyDeclared') && Object.keys(before.probes).length > 0
      ? { state: { ...state, probes: {} } }
      : null,
  ),
  inField('branch', 'forgets the policy when a deferred host fails', 'policyApplied', ({ state, event }, value) =>
    state.state === 'Deferred' && event.type.endsWith('ActivationFailed') ? null : value,
  ),
  inSteps('branch', 'rolls a deferred host back', ({ effects, state }, question) =>
    question.state.state === 'Deferred' &&
    nextState(state) === 'Failed' &&
    question.event.type.startsWith('Local') &&
    question.policy.onHealthFailure === 'rollback-and-halt'
      ? { effects: [...effects, { type: 'LocalFireRollbackTo', rolloutId: question.state.rolloutId, closure: '' }] }
      : null,
  ),
  inSteps('branch', 'lets the control plane roll back', ({ effects, state }, question) =>
    question.event.type.startsWith('Remote') &&
    nextState(state) === 'Failed' &&
    question.state.currentClosureAtDispatch !== null
      ? { effects: [...effects, { type: 'LocalFireRollbackTo', rolloutId: question.state.rolloutId, closure: '' }] }
      : null,
  ),
  refusing(
    'branch',
    'refuses a rollback under halt',
    ({ event, policy }) => 'revertedToClosure' in event && policy.onHealthFailure === 'halt',
  ),
  refusing(
    'branch',
    'refuses a rollback of a failure that was applied as halt',
    ({ event, state }) => 'revertedToClosure' in event && state.policyApplied === 'halt',
  ),
  refusing(
    'branch',
    'refuses a rollback to something else',
    ({ event, state }) => 'revertedToClosure' in event && event.revertedToClosure !== state.currentClosureAtDispatch,
  ),
  refusing(
    'branch',
    'refuses a rollback that exits badly',
    ({ event }) => 'revertedToClosure' in event && event.exitCode !== 0,
  ),
  refusing(
    'branch',
    'refuses a dispatch for another target',
    ({ event, state }) => 'targetClosure' in event && event.targetClosure !== state.targetClosure,
  ),
  refusing(
    'branch',
    'refuses a second start of the same activation',
    ({ event, state }) => 'switchMethod' in event && state.activationStartedAt !== null,
  ),
];

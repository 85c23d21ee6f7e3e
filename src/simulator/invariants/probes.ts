import type { AgentInputOf, ProbeDefinition } from '../../agent/index.ts';
import type { OutboundEvent, ProbeMode } from '../../machine/index.ts';
import type { RunSetup } from '../run-setup.ts';
import type { Judge, Scene } from './invariant.ts';
import { isReportOf } from './long-text.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues } from './per-host.ts';

type Outcome = AgentInputOf<'ProbeOutcome'>;

/** What one run of a probe must emit, in this order. */
interface Expected {
  readonly outcome: Outcome;
  readonly types: readonly OutboundEvent['type'][];
}

interface State {
  readonly expected: HostValues<Expected | null>;
  /** The last status of each probe of a host since the probes were started. */
  readonly statuses: HostValues<ReadonlyMap<string, 'pass' | 'fail'>>;
  /** Whether a host has declared its probes but not started them yet. */
  readonly hasDeclared: HostValues<boolean>;
}

const NO_STATUSES: ReadonlyMap<string, 'pass' | 'fail'> = new Map();
const MIN_INTERVAL_MS = 5000;

/**
 * While a host soaks, and only then, its agent runs every declared probe that is not disabled. Each run emits what rule
 * 5 requires, in that order; the result of a stopped probe emits nothing. The declared set is reported before they
 * start.
 */
export const probes: Judge<State> = {
  begin: () => ({
    expected: new HostValues<Expected | null>(null),
    statuses: new HostValues(NO_STATUSES),
    hasDeclared: new HostValues(false),
  }),
  on: {
    AgentStopped: (_, { expected, hasDeclared }, _observation, { index }) => {
      expected.delete(index);
      hasDeclared.delete(index);
    },
    ProbesStarted: ({ setup, broken }, state, { hostname, rolloutId, probes: started }, host) => {
      state.statuses.delete(host.index);
      if (host.probeGeneration !== null)
        broken('probes', hostname, rolloutId, `${hostname} starts its probes while the previous ones still run.`);
      const right = declaredProbes(setup, host).filter(({ mode }) => mode !== 'disabled');
      const isRight =
        right.length === started.length &&
        right.every(({ probeName, mode, intervalMs }, at) => {
          const probe = started[at];
          return probe?.probeName === probeName && probe.mode === mode && probe.intervalMs === intervalMs;
        });
      if (!isRight) broken('probes', hostname, rolloutId, `${hostname} does not start the probes that it declares.`);
      if (!state.hasDeclared.get(host.index))
        broken('probes', hostname, rolloutId, `${hostname} starts its probes before it has reported the declared set.`);
      state.hasDeclared.delete(host.index);
    },
    ProbeRan: (_, { expected, statuses }, { outcome }, host) => {
      const { index } = host;
      if (host.probeGeneration !== outcome.generation) return;
      if (host.own.get(outcome.rolloutId)?.record.state !== 'Soaking') return;
      const known = statuses.get(index);
      const before = known.get(outcome.probeName);
      expected.set(index, { outcome, types: expectedTypes(before, outcome.status) });
      if (before !== outcome.status) statuses.set(index, new Map(known).set(outcome.probeName, outcome.status));
    },
    EventEmitted: (scene, state, { rolloutId, event }, host) => {
      if (!PROBE_EVENTS.has(event.type)) return;
      if (event.type === 'ProbeTopologyDeclared') checkDeclared(scene, state, host, rolloutId, event.probes);
      else checkEvent(scene, state, host, rolloutId, event);
    },
    AgentIdle: (scene, state, _, host) => {
      endTurn(scene, state, host);
      checkRunning(scene, host);
    },
  },
};

const PROBE_EVENTS: ReadonlySet<OutboundEvent['type']> = new Set([
  'ProbeTopologyDeclared',
  'ProbeObservedFirst',
  'ProbeFailureFirst',
  'ProbeResult',
]);

interface Declared {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
  readonly intervalMs: number;
}

const knownSets = new WeakMap<readonly ProbeDefinition[], readonly Declared[]>();

/** Each name once, by its first definition; an unknown mode as `enforce`; none more often than every five seconds. */
function declaredProbes({ probeSets }: RunSetup, { probeSet }: ObservedState): readonly Declared[] {
  const definitions = probeSets[probeSet];
  if (definitions === undefined) return [];
  const known = knownSets.get(definitions);
  if (known !== undefined) return known;
  const declared = definitions
    .filter((one, at) => definitions.findIndex(({ probeName }) => probeName === one.probeName) === at)
    .map(({ probeName, kind, mode, intervalSecs }): Declared => ({
      probeName,
      kind,
      mode: mode === 'observe' || mode === 'disabled' ? mode : 'enforce',
      intervalMs: Number.isFinite(intervalSecs) ? Math.max(MIN_INTERVAL_MS, intervalSecs * 1000) : MIN_INTERVAL_MS,
    }));
  knownSets.set(definitions, declared);
  return declared;
}

const RESULT: Expected['types'] = ['ProbeResult'];
const NOTHING_MORE: Expected['types'] = [];

function expectedTypes(before: Outcome['status'] | undefined, status: Outcome['status']): Expected['types'] {
  const types = status === 'fail' && before !== 'fail' ? (['ProbeFailureFirst', ...RESULT] as const) : RESULT;
  return before === undefined ? ['ProbeObservedFirst', ...types] : types;
}

function checkDeclared(
  { setup, broken }: Scene,
  { hasDeclared }: State,
  host: ObservedState,
  rolloutId: string,
  reported: Extract<OutboundEvent, { readonly type: 'ProbeTopologyDeclared' }>['probes'],
): void {
  const right = declaredProbes(setup, host);
  const isRight =
    right.length === reported.length &&
    right.every(({ probeName, kind, mode }, at) => {
      const probe = reported[at];
      return probe?.probeName === probeName && probe.kind === kind && probe.mode === mode;
    });
  if (!isRight)
    broken('probes', host.name, rolloutId, `${host.name} does not report the set of probes that it declares.`);
  if (host.probeGeneration !== null)
    broken('probes', host.name, rolloutId, `${host.name} declares its probes while they run.`);
  if (right.some(({ mode }) => mode !== 'disabled')) hasDeclared.set(host.index, true);
}

function checkEvent(
  { setup, broken }: Scene,
  { expected }: State,
  host: ObservedState,
  rolloutId: string,
  event: OutboundEvent,
): void {
  const { name, index } = host;
  const due = expected.get(index);
  if (due === null || due.types[0] !== event.type || !('probeName' in event)) {
    broken('probes', name, rolloutId, `${name} reports ${event.type}, but ${due?.types[0] ?? 'nothing'} is due.`);
    return;
  }
  const { outcome, types } = due;
  expected.set(index, { outcome, types: types.length === 1 ? NOTHING_MORE : types.slice(1) });
  const probe = declaredProbes(setup, host).find(({ probeName }) => probeName === outcome.probeName);
  const isRight =
    event.probeName === outcome.probeName &&
    event.mode === probe?.mode &&
    rolloutId === outcome.rolloutId &&
    (event.type !== 'ProbeResult' || isPassedOn(event, outcome));
  if (!isRight) broken('probes', name, rolloutId, `${name} reports a ${event.type} that its probe did not report.`);
}

function isPassedOn(event: Extract<OutboundEvent, { readonly type: 'ProbeResult' }>, outcome: Outcome): boolean {
  const { status, failureReason, subResults } = outcome;
  const isSame = event.subResults === subResults || JSON.stringify(event.subResults) === JSON.stringify(subResults);
  if (event.status !== status || !isSame) return false;
  return failureReason === null
    ? event.failureReason === null
    : event.failureReason !== null && isReportOf(event.failureReason, failureReason, 'start');
}

function endTurn({ broken }: Scene, { expected }: State, { name, index }: ObservedState): void {
  const due = expected.get(index);
  if (due === null) return;
  expected.delete(index);
  const [missing] = due.types;
  if (missing === undefined) return;
  const { rolloutId, probeName } = due.outcome;
  broken('probes', name, rolloutId, `${name} does not report ${missing} of its probe ${probeName}.`);
}

function checkRunning({ setup, broken }: Scene, host: ObservedState): void {
  const { name, activeRolloutId, probeGeneration } = host;
  const state = activeRolloutId === null ? undefined : host.own.get(activeRolloutId)?.record.state;
  if (activeRolloutId === null || state === undefined || (state === 'Soaking') === (probeGeneration !== null)) return;
  if (probeGeneration !== null) {
    broken('probes', name, activeRolloutId, `${name} is ${state}, but its probes still run.`);
    return;
  }
  if (!host.wasAnswered || !declaredProbes(setup, host).some(({ mode }) => mode !== 'disabled')) return;
  broken('probes', name, activeRolloutId, `${name} is Soaking, but its probes do not run.`);
}

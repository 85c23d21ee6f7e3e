import type { AgentInputOf, ProbeDefinition } from '../../agent/index.ts';
import type { OutboundEvent, ProbeMode } from '../../machine/index.ts';
import type { RunSetup } from '../observations.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';

type Outcome = AgentInputOf<'ProbeOutcome'>;

/** What one run of a probe must yield, in this order. */
interface Expected {
  readonly outcome: Outcome;
  readonly types: readonly OutboundEvent['type'][];
}

interface State {
  readonly expected: Map<string, Expected>;
  /** By host, the last status of each probe since the probes were started. */
  readonly statuses: Map<string, ReadonlyMap<string, 'pass' | 'fail'>>;
  /** Hosts that have declared their probes and not started them yet. */
  readonly declared: Map<string, true>;
}

const NO_STATUSES: ReadonlyMap<string, 'pass' | 'fail'> = new Map();
const MIN_INTERVAL_MS = 5000;

/**
 * While a host soaks, and only then, its agent runs every declared probe that is not disabled; each run yields what rule
 * 5 says, in its order, and the result of a stopped probe nothing. The declared set is reported before they start.
 */
export const probes: Judge<State> = {
  begin: () => ({ expected: new Map(), statuses: new Map(), declared: new Map() }),
  on: {
    AgentStopped: (_, { expected, declared }, { hostname }) => {
      expected.delete(hostname);
      declared.delete(hostname);
    },
    ProbesStarted: ({ setup, hosts, broken }, state, { hostname, rolloutId, probes: started }) => {
      const host = hosts.find(hostname);
      if (host === null) return;
      state.statuses.set(hostname, NO_STATUSES);
      const right = declaredProbes(setup, host).filter(({ mode }) => mode !== 'disabled');
      const isRight =
        right.length === started.length &&
        right.every(({ probeName, mode, intervalMs }, at) => {
          const probe = started[at];
          return probe?.probeName === probeName && probe.mode === mode && probe.intervalMs === intervalMs;
        });
      if (!isRight) broken('probes', hostname, rolloutId, `${hostname} starts other probes than it declares.`);
      if (!state.declared.delete(hostname))
        broken('probes', hostname, rolloutId, `${hostname} starts its probes and has not reported the declared set.`);
    },
    ProbeRan: (scene, state, { hostname, outcome }) => {
      const host = scene.hosts.find(hostname);
      if (host === null) return;
      if (host.probeGeneration !== outcome.generation) return;
      if (host.own.get(outcome.rolloutId)?.record.state !== 'Soaking') return;
      state.expected.set(hostname, expectedOf(state, hostname, outcome));
      const known = state.statuses.get(hostname) ?? NO_STATUSES;
      if (known.get(outcome.probeName) !== outcome.status)
        state.statuses.set(hostname, new Map(known).set(outcome.probeName, outcome.status));
    },
    EventEmitted: (scene, state, { hostname, rolloutId, event }) => {
      const host = PROBE_EVENTS.has(event.type) ? scene.hosts.find(hostname) : null;
      if (host === null) return;
      if (event.type === 'ProbeTopologyDeclared') checkDeclared(scene, state, host, rolloutId, event.probes);
      else checkEvent(scene, state, host, rolloutId, event);
    },
    AgentIdle: (scene, state, { hostname }) => {
      const host = scene.hosts.find(hostname);
      if (host === null) return;
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

function expectedOf({ statuses }: State, hostname: string, outcome: Outcome): Expected {
  const previous = statuses.get(hostname)?.get(outcome.probeName);
  const types: OutboundEvent['type'][] = [];
  if (previous === undefined) types.push('ProbeObservedFirst');
  if (outcome.status === 'fail' && previous !== 'fail') types.push('ProbeFailureFirst');
  types.push('ProbeResult');
  return { outcome, types };
}

function checkDeclared(
  { setup, broken }: Scene,
  { declared }: State,
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
  if (!isRight) broken('probes', host.name, rolloutId, `${host.name} reports another set of probes than it declares.`);
  if (host.probeGeneration !== null)
    broken('probes', host.name, rolloutId, `${host.name} declares its probes while they run.`);
  if (right.some(({ mode }) => mode !== 'disabled')) declared.set(host.name, true);
}

function checkEvent(
  { setup, broken }: Scene,
  { expected }: State,
  host: ObservedState,
  rolloutId: string,
  event: OutboundEvent,
): void {
  const { name } = host;
  const due = expected.get(name);
  if (due === undefined || due.types[0] !== event.type || !('probeName' in event)) {
    broken('probes', name, rolloutId, `${name} reports ${event.type}, and ${due?.types[0] ?? 'nothing'} is due.`);
    return;
  }
  expected.set(name, { ...due, types: due.types.slice(1) });
  const { outcome } = due;
  const probe = declaredProbes(setup, host).find(({ probeName }) => probeName === outcome.probeName);
  const isRight =
    event.probeName === outcome.probeName &&
    event.mode === probe?.mode &&
    rolloutId === outcome.rolloutId &&
    (event.type !== 'ProbeResult' || isPassedOn(event, outcome));
  if (!isRight)
    broken('probes', name, rolloutId, `${name} reports ${event.type} of something that its probe did not tell.`);
}

/** A long reason is cut. */
function isPassedOn(event: Extract<OutboundEvent, { readonly type: 'ProbeResult' }>, outcome: Outcome): boolean {
  const { status, failureReason, subResults } = outcome;
  if (event.status !== status || JSON.stringify(event.subResults) !== JSON.stringify(subResults)) return false;
  return failureReason === null
    ? event.failureReason === null
    : event.failureReason !== null && failureReason.startsWith(event.failureReason);
}

function endTurn({ broken }: Scene, { expected }: State, { name }: ObservedState): void {
  const due = expected.get(name);
  if (due === undefined) return;
  expected.delete(name);
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
    broken('probes', name, activeRolloutId, `${name} is ${state}, and its probes go on.`);
    return;
  }
  if (!host.wasAnswered || !declaredProbes(setup, host).some(({ mode }) => mode !== 'disabled')) return;
  broken('probes', name, activeRolloutId, `${name} is Soaking, and its probes do not run.`);
}

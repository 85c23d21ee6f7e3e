import type { RolloutManifest } from '../../fleet/index.ts';
import { gatesOf } from './edge-order.ts';
import { isAtEnd, isDispatching, isOrderingEligible } from './host-states.ts';
import type { HostRecord } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import { isOfEarlierDispatch, type ObservedState } from './observed-hosts.ts';
import { hasFailuresBefore, itemAt, type RolloutBook } from './rollout-book.ts';
import { HostValues } from './per-host.ts';
import { enforcedProbes } from './soaked.ts';
import { needsNoDispatch } from './synthesis.ts';

interface State {
  /** The last outcome of each probe of a host since they were started. */
  readonly outcomes: HostValues<ReadonlyMap<string, 'pass' | 'fail'>>;
}

const NO_OUTCOMES: ReadonlyMap<string, 'pass' | 'fail'> = new Map();

/**
 * Once nothing is in flight, no host is left that could continue: each has ended, or something holds it. Judged by the
 * true state, not by reports. A run that was cut short shows nothing: whatever is missing may have been in flight.
 */
export const live: Judge<State> = {
  begin: () => ({ outcomes: new HostValues(NO_OUTCOMES) }),
  on: {
    ProbesStarted: (_, { outcomes }, _observation, { index }) => outcomes.delete(index),
    ProbeRan: (_, { outcomes }, { outcome: { probeName, status, generation } }, { index, probeGeneration }) => {
      if (probeGeneration !== generation) return;
      const known = outcomes.get(index);
      if (known.get(probeName) !== status) outcomes.set(index, new Map(known).set(probeName, status));
    },
    RunEnded: (scene, state, { because }) => {
      if (because !== 'finished' && because !== 'stuck') return;
      for (const manifest of scene.ledger.newestManifests.toSorted(byChannel)) {
        manifest.hosts.forEach(({ hostname }) => {
          const message = whyStranded(scene, state, manifest, hostname);
          if (message !== null) scene.broken('live', hostname, manifest.rolloutId, message);
        });
      }
    },
  },
};

const byChannel = (a: RolloutManifest, b: RolloutManifest): number => (a.channel < b.channel ? -1 : 1);

/** `null` if it has ended, or something keeps it from continuing. */
function whyStranded(scene: Scene, state: State, manifest: RolloutManifest, name: string): string | null {
  const { book, at: place } = scene.ledger.find(manifest.rolloutId, name);
  const host = scene.hosts.find(name);
  if (book === null || host === null) return null;
  const record = itemAt(book.records, place);
  if (isAtEnd(record.state, manifest.policy.onHealthFailure) || book.state === 'Superseded') return null;
  if (record.state === 'Pending' && book.isOutstanding[place] === 0)
    return isDispatching(book.state) ? whyNotDispatched(scene, book, place, host) : null;
  if (isAway(host) || host.unanswered > 0) return null;
  // An agent without its disk gets its record with the first answer.
  if (!host.own.has(manifest.rolloutId) && !host.wasAnswered) return null;
  // The agent has started another rollout since; this one is history to it (docs/findings.md, "a lost database").
  if (host.activeRolloutId !== manifest.rolloutId && host.own.has(manifest.rolloutId)) return null;
  switch (record.state) {
    case 'Pending': {
      // An agent ignores a dispatch of a rollout that it already has a record of, which the control plane may not know.
      const own = host.own.get(manifest.rolloutId)?.record.state ?? 'Pending';
      return own === 'Pending'
        ? `${name} was dispatched and has not acknowledged it, although nothing is in flight.`
        : null;
    }
    case 'Activating':
      return host.work !== null || isBehindItsHost(scene, host, record, manifest.rolloutId)
        ? null
        : `${name} is Activating, but nothing is in flight.`;
    case 'Deferred':
      // The agent cannot know that its worker reported something false.
      if (host.wasMisreported) return null;
      if (host.closure === record.targetClosure)
        return `${name} is Deferred and runs its target, but no outcome was reported.`;
      // An agent that has since lost its disk cannot tell whether this was the awaited reboot.
      return host.bootClosure === host.closure && !host.wasSwitchedByHand && host.disksLost === 0
        ? `${name} is Deferred, its boot did not bring the target, and no outcome was reported.`
        : null;
    case 'Soaking':
      return whySoaking(scene, state, host, manifest.rolloutId, record);
    case 'Failed':
      return null;
    case 'Converged':
    case 'Reverted':
      throw new Error(`${name} is ${record.state}, which is an end.`);
  }
}

/**
 * A record restored from a backup stays behind if the host now runs something else, such as the wrong closure, and its
 * outbox is never empty (docs/findings.md): only a heartbeat that names the target makes up an activation. It also does
 * if it is of an earlier dispatch.
 */
function isBehindItsHost({ ledger }: Scene, host: ObservedState, record: HostRecord, rolloutId: string): boolean {
  if (host.wasSwitchedByHand || isOfEarlierDispatch(ledger, host, rolloutId, record)) return true;
  const own = host.own.get(rolloutId)?.record.state ?? 'Activating';
  const mayHaveEvents = host.heard?.undelivered.includes(rolloutId) ?? true;
  return ledger.databasesLost > 0 && own !== 'Activating' && host.closure !== record.targetClosure && mayHaveEvents;
}

function whyNotDispatched(scene: Scene, book: RolloutBook, place: number, host: ObservedState): string | null {
  const hold = book.holds[place] ?? null;
  // A backup that was restored may hold what was reported before. And a host that needs no dispatch may have been held
  // while another rollout was under way; nothing takes that back.
  if (isAway(host) && (hold === null || needsNoDispatch(scene.ledger, book, place, host))) return null;
  if (hold?.gate === 'extension') return null;
  if (hold === null && !book.isRebuilt) return `${host.name} is Pending, but no gate holds it.`;
  if (hold === null)
    return isFreeToGo(scene, book, host.name) ? `${host.name} is Pending, but nothing holds it.` : null;
  return isFreeToGo(scene, book, host.name)
    ? `${host.name} is reported as held by ${hold.gate}, but nothing holds it.`
    : null;
}

/** It is off, or has not joined the fleet. */
const isAway = ({ isOn, life }: ObservedState): boolean => !isOn || life === 0;

/** Whether no gate holds a waiting host; the specification's gates are implemented here again, apart from the core. */
function isFreeToGo({ ledger }: Scene, book: RolloutBook, name: string): boolean {
  const { manifest } = book;
  const planned = itemAt(manifest.hosts, ledger.positionIn(book, name));
  if (!planned.staged) return false;
  if (ledger.quarantined.get(manifest.channel)?.has(planned.targetClosure) === true) return false;
  for (const { gates } of manifest.channelEdges) {
    const gating = ledger.manifestOfChannel(gates);
    if (gating === null || gating.hosts.length === 0) continue;
    if (ledger.books.get(gating.rolloutId)?.state !== 'Terminal') return false;
  }
  if (book.waves.slice(0, planned.wave).some(({ hosts, eligible }) => eligible < hosts)) return false;
  for (const gates of gatesOf(manifest).get(name) ?? []) {
    const state = book.states[ledger.positionIn(book, gates)];
    if (state !== undefined && !isOrderingEligible(state)) return false;
  }
  for (const { selectorKey, hosts, limit } of manifest.budgets)
    if (limit !== null && hosts.includes(name) && ledger.inFlight(selectorKey) >= limit) return false;
  return !hasFailuresBefore(book, planned.wave);
}

/** Why the host does not converge after its soak: an enforce probe has not reported, or fails. */
function whySoaking(
  { setup, runMs }: Scene,
  { outcomes }: State,
  host: ObservedState,
  rolloutId: string,
  record: HostRecord,
): string | null {
  const { name, index, sent, sentRunMs } = host;
  // What its clock shows now, by what it showed last.
  const shown = runMs + (sent === null ? setup.startAt : sent.at - sentRunMs);
  if (record.soakDueAt !== null && shown < record.soakDueAt) return null;
  const own = host.own.get(rolloutId)?.record ?? record;
  const known = outcomes.get(index);
  // A backup may have as Soaking a host that has converged and was switched by hand since.
  const isProbing = own.state === 'Soaking' && host.activeRolloutId === rolloutId && host.isUp && host.wasAnswered;
  const enforced = enforcedProbes(setup, host.probeSet);
  if (isProbing && enforced.length > 0 && host.probeGeneration === null)
    return `The probes of ${name} were not started.`;
  // A silent probe holds the host; one that has reported and is ignored must not.
  if (enforced.some((probeName) => !known.has(probeName))) return null;
  const failing = enforced.find((probeName) => known.get(probeName) === 'fail');
  if (failing !== undefined)
    return isOverdue(setup, shown, own)
      ? `Probe ${failing} of ${name} has failed for too long, but the host has not failed.`
      : null;
  // A host that was switched by hand since cannot converge on a closure it does not run.
  const runsTarget = own.currentClosure === own.targetClosure && host.closure === own.targetClosure;
  return runsTarget ? `${name} has soaked but does not converge.` : null;
}

/** The threshold and two ticks: enough time to notice. */
function isOverdue({ agent }: Scene['setup'], shown: number, { probeFailureFirstAt }: HostRecord): boolean {
  return (
    probeFailureFirstAt === null ||
    shown > probeFailureFirstAt + (agent.sustainedFailureSecs + 2 * agent.tickSecs) * 1000
  );
}

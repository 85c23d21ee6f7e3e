import { EMPTY_LIST, byCodeUnit } from '../text/index.ts';
import {
  toHostEvent,
  type HostRolloutState,
  type HostState,
  type OutboundEvent,
  type Refusal,
  type RolloutPolicy,
  type step,
  type Time,
} from '../machine/index.ts';
import type { OutboxHeader } from '../wire/index.ts';
import type { AgentInputOf } from './inputs.ts';
import { writeHeader } from './outbox.ts';
import type { BootRecord } from './rules.ts';
import type { AgentRollout, UndeliveredEvent } from './state.ts';
import { emitLog, storeRollout, type OpenTurn } from './turn.ts';

/** What the disk has of one rollout at boot. */
export interface RolloutOnDisk {
  readonly rolloutId: string;
  readonly header: OutboxHeader | null;
  /** Rising by `seq`, each number once. */
  readonly undelivered: readonly UndeliveredEvent[];
}

/**
 * The outbox by rollout, whatever order it was read in. Rollouts are in the order of their dispatch; those without a
 * header come first, because their age is unknown.
 */
export function rolloutsOnDisk({ outbox, headers }: AgentInputOf<'Boot'>): readonly RolloutOnDisk[] {
  const headersById = new Map(headers.map((header) => [header.rolloutId, header]));
  const eventsById = new Map<string, UndeliveredEvent[]>();
  for (const rolloutId of headersById.keys()) eventsById.set(rolloutId, []);
  for (const { rolloutId, event, durable } of outbox) {
    const events = eventsById.get(rolloutId);
    if (events === undefined) eventsById.set(rolloutId, [{ event, durable }]);
    else events.push({ event, durable });
  }
  return [...eventsById]
    .map(([rolloutId, events]) => {
      const header = headersById.get(rolloutId) ?? null;
      return { rolloutId, header, undelivered: inOrder(events) };
    })
    .sort(byAge);
}

function inOrder(events: readonly UndeliveredEvent[]): readonly UndeliveredEvent[] {
  const sorted = events.toSorted((a, b) => a.event.seq - b.event.seq);
  return sorted.filter(({ event }, index) => event.seq !== sorted[index - 1]?.event.seq);
}

function byAge(a: RolloutOnDisk, b: RolloutOnDisk): number {
  const [ageA, ageB] = [dispatchedAt(a), dispatchedAt(b)];
  if (ageA !== ageB) return ageA < ageB ? -1 : 1;
  return byCodeUnit(a.rolloutId, b.rolloutId);
}

const dispatchedAt = ({ header }: RolloutOnDisk): number => header?.record.dispatchedAt ?? -Infinity;

/**
 * Sets a rollout's record from `base` and the events that were in the outbox at boot (specification: agent, rule 11).
 *
 * @param savedState the state in the header on disk; `null` without a header
 */
export function recoverRecord(
  turn: OpenTurn,
  rollout: AgentRollout,
  base: HostRolloutState,
  policy: RolloutPolicy,
  savedState: HostState | null,
): void {
  const { rolloutId, recovered } = rollout;
  const { record, refusals } = turn.rules.bootRecord(base, recovered, policy, turn.now, turn.rules.step);
  for (const refusal of refusals) {
    emitLog(
      turn,
      'warn',
      'outbox-event-refused',
      `An event in the outbox does not fit the record: ${refusal.message}`,
      {
        rolloutId,
        refusal: refusal.kind,
      },
    );
  }
  const numberedTo = Math.max(rollout.numberedTo, record.lastEventSeq);
  const recoveredRollout: AgentRollout = { ...rollout, record, numberedTo, recovered: EMPTY_LIST };
  storeRollout(turn, recoveredRollout);
  // The agent may have crashed before writing the header. It must be written before the event that led to this state
  // leaves the outbox.
  if (record.state !== savedState) writeHeader(turn, recoveredRollout);
}

/**
 * A host's record from before the agent lost its memory (specification: agent, rule 11): `base`, followed by the events
 * still in the outbox, in order, as the control plane will apply them.
 *
 * The events go through the machine in their remote form. Their effects are dropped, because they were performed or
 * emitted before the crash. `resumption` decides what to repeat.
 *
 * @param base the control plane's snapshot as a record, or the record in the outbox header
 */
export function bootRecord(
  base: HostRolloutState,
  recovered: readonly OutboundEvent[],
  policy: RolloutPolicy,
  now: Time,
  reduce: typeof step,
): BootRecord {
  let record = base;
  const refusals: Refusal[] = [];
  for (const event of recovered) {
    if (event.seq <= base.lastEventSeq) continue;
    const result = reduce(record, toHostEvent(event), now, policy);
    if (result.ok) record = result.state;
    else refusals.push(result.error);
  }
  return { record, refusals };
}

import type { PendingHost } from '../../machine/record.ts';
import { openRollout, type RolloutInput } from '../../rollout/index.ts';
import { describeValue } from '../../text/index.ts';
import { eventSchema } from '../fixtures/vocabulary-schemas.ts';
import { recordIn } from '../state-start.ts';
import type { Request } from './protocol.ts';
import { everyRolloutEvent, sampleRollout } from '../rollout-samples.ts';

/** A name for each field, because a type alone has none at run time; a forgotten one fails to compile. */
type Names<Fields> = Readonly<Record<keyof Fields, true>>;

const host: Names<PendingHost> = {
  rolloutId: true,
  hostname: true,
  channel: true,
  targetClosure: true,
  dispatchedAt: true,
  soakDueAt: true,
};

const rollout: Names<RolloutInput> = { rolloutId: true, channel: true, targetRef: true, openedAt: true };

type Fields = readonly string[];

const HOST: Fields = Object.keys(host);
const ROLLOUT: Fields = Object.keys(rollout);
const RECORD: Fields = Object.keys(recordIn('Pending'));
const ROLLOUT_RECORD: Fields = Object.keys(openRollout({ rolloutId: '', channel: '', targetRef: '', openedAt: 0 }));
const EVENTS: ReadonlyMap<unknown, Fields> = new Map(
  eventSchema.options.map(({ shape }) => [shape.type.value, Object.keys(shape)]),
);
/** What is asked of a peer has every event, and every event whole. */
const ROLLOUT_EVENTS: ReadonlyMap<unknown, Fields> = new Map(
  everyRolloutEvent(sampleRollout, 0).map((event) => [event.type, Object.keys(event)]),
);

/**
 * What a request lacks of the fields that its operation needs; nothing for an operation that there is not. What the
 * fields hold is not looked at: a rule that meets an odd value has an answer to it.
 */
export function missingFields(request: Request): readonly string[] {
  switch (request.op) {
    case 'start':
      return lacking('$.host', request.host, HOST);
    case 'step':
      return [
        ...lacking('$', request, ['now']),
        ...lacking('$.state', request.state, RECORD),
        ...lacking('$.event', request.event, EVENTS.get(request.event?.type) ?? ['type', 'seq']),
        ...lacking('$.policy', request.policy, ['onHealthFailure']),
      ];
    case 'rehydrate':
      return lacking('$.state', request.state, RECORD);
    case 'rollout_start':
      return lacking('$.rollout', request.rollout, ROLLOUT);
    case 'rollout_step':
      return [
        ...lacking('$', request, ['now']),
        ...lacking('$.record', request.record, ROLLOUT_RECORD),
        ...lacking('$.event', request.event, ROLLOUT_EVENTS.get(request.event?.type) ?? ['type']),
      ];
    default:
      return [];
  }
}

function lacking(place: string, value: unknown, fields: Fields): readonly string[] {
  if (typeof value !== 'object' || value === null)
    return [`${place}: expected an object, found ${describeValue(value)}`];
  const missing = fields.filter((field) => !Object.hasOwn(value, field));
  return missing.length === 0 ? [] : [`${place}: without ${missing.join(', ')}`];
}

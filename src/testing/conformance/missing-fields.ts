import { hostRecordFields, type PendingHost } from '../../machine/index.ts';
import { rolloutEventTable, rolloutRecordFields, type RolloutInput } from '../../rollout/index.ts';
import { describeValue } from '../../text/index.ts';
import { hostEventFields } from '../fixtures/vocabulary-schemas.ts';
import type { Request } from './protocol.ts';

/** The names of a type's fields at run time. A forgotten one fails to compile. */
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
const RECORD: Fields = Object.keys(hostRecordFields);
const ROLLOUT_RECORD: Fields = Object.keys(rolloutRecordFields);
const EVENTS: ReadonlyMap<unknown, Fields> = new Map(
  [...hostEventFields].map(([type, fields]) => [type, ['type', ...Object.keys(fields)]]),
);
const ROLLOUT_EVENTS: ReadonlyMap<unknown, Fields> = new Map(
  Object.entries(rolloutEventTable).map(([type, fields]) => [type, ['type', ...Object.keys(fields)]]),
);

/**
 * The fields that a request lacks for its operation; none for an unknown operation. Values are not checked, because the
 * machine accepts or refuses any value.
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
    case 'open':
      return [
        ...lacking('$.state', request.state, RECORD),
        ...lacking('$.policy', request.policy, ['onHealthFailure']),
      ];
    case 'event':
      return [
        ...lacking('$', request, ['rolloutId', 'hostname', 'now']),
        ...lacking('$.event', request.event, EVENTS.get(request.event?.type) ?? ['type', 'seq']),
      ];
    case 'close':
      return lacking('$', request, ['rolloutId', 'hostname']);
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

import type { ControlPlaneEffect } from '../../../control-plane/index.ts';
import type { HttpAnswer } from '../http/answer.ts';
import type { ControlPlaneStore, EventQuery } from '../store.ts';
import { numberParam } from './params.ts';

const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;

/**
 * A page of the event log: filtered by `rolloutId`, `hostname` and any number of `type`, after the line with the id
 * `after`; the newest lines first with `order=newest`.
 */
export async function eventsPage(store: ControlPlaneStore, params: URLSearchParams): Promise<HttpAnswer> {
  const after = numberParam(params, 'after', 0, Number.MAX_SAFE_INTEGER, 0);
  const limit = numberParam(params, 'limit', 1, MAX_PAGE, DEFAULT_PAGE);
  if (typeof after !== 'number') return after;
  if (typeof limit !== 'number') return limit;
  const [rolloutId, hostname] = [params.get('rolloutId'), params.get('hostname')];
  // An unknown type finds nothing.
  const types = params.getAll('type') as ControlPlaneEffect['type'][];
  const query: EventQuery = {
    after,
    limit,
    newestFirst: params.get('order') === 'newest',
    ...(rolloutId === null ? {} : { rolloutId }),
    ...(hostname === null ? {} : { hostname }),
    ...(types.length === 0 ? {} : { types }),
  };
  const events = await store.events(query);
  return { status: 200, body: { events, next: events.length < limit ? null : (events.at(-1)?.id ?? null) } };
}

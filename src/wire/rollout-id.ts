import { describeValue } from '../text/index.ts';
import { problemAt, type WireResult } from './problems.ts';

/** The two parts of a rollout id. Neither is empty. */
export interface RolloutIdParts {
  readonly channel: string;
  readonly channelRef: string;
}

/** The shape of a rollout id, for error messages. */
export const ROLLOUT_ID_SHAPE = 'a rollout id "{channel}@{channelRef}" with neither part empty';

/** Splits a rollout id at the first `@`: a ref may contain one, but a channel may not. */
export function splitRolloutId(id: string): RolloutIdParts | null {
  const at = id.indexOf('@');
  if (at < 1 || at === id.length - 1) return null;
  return { channel: id.slice(0, at), channelRef: id.slice(at + 1) };
}

/**
 * The id of the rollout of `channelRef` on `channel` (specification: wire).
 *
 * @throws RangeError if either part is empty, or if `channel` contains `@`, because the id would be read as that of
 *   another rollout. Check the names of channels where they enter the program.
 */
export function rolloutId(channel: string, channelRef: string): string {
  if (channel === '' || channelRef === '' || channel.includes('@')) {
    throw new RangeError(
      `Channel ${describeValue(channel)} and ref ${describeValue(channelRef)} cannot form a rollout id: ` +
        'neither may be empty, and a channel may not contain "@". Rename the channel.',
    );
  }
  return `${channel}@${channelRef}`;
}

/** The channel and the ref in `id`, or the problem with it. The reverse of {@link rolloutId}. */
export function parseRolloutId(id: unknown): WireResult<RolloutIdParts> {
  const parts = typeof id === 'string' ? splitRolloutId(id) : null;
  if (parts !== null) return { ok: true, value: parts };
  return { ok: false, problems: [problemAt('$', ROLLOUT_ID_SHAPE, describeValue(id))] };
}

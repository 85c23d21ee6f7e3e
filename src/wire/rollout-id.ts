import { describeValue } from '../text/index.ts';
import { problemAt, type WireResult } from './problems.ts';

/** What a rollout id is made of, neither part empty. */
export interface RolloutIdParts {
  readonly channel: string;
  readonly channelRef: string;
}

/** What a rollout id looks like, for error messages. */
export const ROLLOUT_ID_SHAPE = 'a rollout id "{channel}@{channelRef}" with neither part empty';

/** Split at the first `@`, so a channel never contains one and a ref may. */
export function splitRolloutId(id: string): RolloutIdParts | null {
  const at = id.indexOf('@');
  if (at < 1 || at === id.length - 1) return null;
  return { channel: id.slice(0, at), channelRef: id.slice(at + 1) };
}

/**
 * The id of the rollout of `channelRef` on `channel` (specification: wire).
 *
 * @throws RangeError if either part is empty, or if `channel` contains `@`: the id would be read back as that of
 * another rollout. Check the names of channels where they enter the program.
 */
export function rolloutId(channel: string, channelRef: string): string {
  if (channel === '' || channelRef === '' || channel.includes('@')) {
    throw new RangeError(
      `No rollout id can be made of channel ${describeValue(channel)} and ref ${describeValue(channelRef)}: ` +
        'neither may be empty, and a channel may not contain "@". Rename the channel.',
    );
  }
  return `${channel}@${channelRef}`;
}

/** The channel and the ref that `id` names, or the problem with it. The reverse of {@link rolloutId}. */
export function parseRolloutId(id: unknown): WireResult<RolloutIdParts> {
  const parts = typeof id === 'string' ? splitRolloutId(id) : null;
  if (parts !== null) return { ok: true, value: parts };
  return { ok: false, problems: [problemAt('$', ROLLOUT_ID_SHAPE, describeValue(id))] };
}

import type { AgentInputOf, RetrySettings } from '../../agent/index.ts';
import type { Dispatch } from '../../wire/index.ts';
import type { Log } from '../shared/log.ts';
import type { Clock } from '../shared/clock.ts';
import { asError } from '../shared/runtime-problem.ts';
import type { HostLink } from './link.ts';
import type { HostManifests, PollReply, Transport, Unanswered } from './ports.ts';

/** After a dispatch, which the control plane offers until its acknowledgement arrives. */
const AFTER_DISPATCH_MS = 3000;
/** Between polls that find nothing, in case the control plane does not hold them. */
const BETWEEN_POLLS_MS = 1000;

export interface PollLoopOptions {
  readonly hostname: string;
  readonly transport: Transport;
  readonly manifests: HostManifests;
  readonly link: HostLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly retry: RetrySettings;
  readonly feed: (dispatch: AgentInputOf<'Dispatch'>) => void;
}

/** Polls for work until `signal` is aborted (specification: wire, "Dispatch"). */
export async function pollForWork(options: PollLoopOptions, signal: AbortSignal): Promise<void> {
  const { link, retry } = options;
  let failures = 0;
  let refused = '';
  while (!signal.aborted) {
    await link.waitToAsk(0, signal);
    if (signal.aborted) return;
    const reply = await poll(options, signal);
    if (signal.aborted) return;
    if (!reply.answered) {
      failures += 1;
      link.noteNoAnswer(reply.reason, reply.retryAfterMs);
      await link.waitToAsk(link.retryMs(retry, failures), signal);
      continue;
    }
    failures = 0;
    link.noteAnswer();
    if (reply.dispatch !== null) refused = await takeDispatch(options, reply.dispatch, refused);
    const waitMs = reply.dispatch === null ? BETWEEN_POLLS_MS : AFTER_DISPATCH_MS;
    await link.waitToAsk(waitMs / 2 + link.jitter(waitMs), signal);
  }
}

async function poll({ transport, hostname }: PollLoopOptions, signal: AbortSignal): Promise<PollReply | Unanswered> {
  try {
    return await transport.poll(hostname, signal);
  } catch (error) {
    return { answered: false, reason: asError(error).message, retryAfterMs: null };
  }
}

/**
 * A dispatch is only advice: acts on it if the signed manifest says the same.
 *
 * @param refused the last dispatch that was refused, so that it is not logged at every poll
 * @returns the dispatch refused now; empty for none
 */
async function takeDispatch(options: PollLoopOptions, dispatch: Dispatch, refused: string): Promise<string> {
  const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = dispatch;
  const { manifests, log, clock, feed } = options;
  let manifest = null;
  try {
    manifest = await manifests.manifestOf(rolloutId);
  } catch (error) {
    const message = 'The signed manifests cannot be read.';
    log({ at: clock.now(), level: 'error', code: 'manifests-unreadable', message, fields: { error: String(error) } });
  }
  if (manifest?.targetClosure === targetClosure) {
    feed({ type: 'Dispatch', manifest, soakDueAt, dispatchedAt });
    return '';
  }
  const now = JSON.stringify([rolloutId, targetClosure, manifest?.targetClosure ?? null]);
  if (now === refused) return refused;
  const fields = { rolloutId, targetClosure, signedClosure: manifest?.targetClosure ?? null };
  const message = 'A dispatch was ignored: no signed manifest matches it.';
  log({ at: clock.now(), level: 'error', code: 'dispatch-not-signed', message, fields });
  return now;
}

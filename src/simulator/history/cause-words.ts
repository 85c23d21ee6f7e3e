import { count, formatDuration, shortName } from '../../text/index.ts';
import type { HostCause } from './host-view.ts';

/**
 * Why a host is in its state, in a few words; empty if the state says everything.
 *
 * @param rollbackLied its rollback reported success and changed nothing
 */
export function causeWords(cause: HostCause | null, revertedTo: string | null, rollbackLied = false): string {
  const words = cause === null ? '' : wordsOf(cause);
  if (revertedTo === null) return words;
  const back = `back on ${shortName(revertedTo)}`;
  return `${words}${words === '' ? '' : '; '}${rollbackLied ? `reported ${back}, but is not` : back}`;
}

function wordsOf(cause: HostCause): string {
  switch (cause.type) {
    case 'activation-failed':
      return `activation failed, exit code ${cause.exitCode}`;
    case 'deferred':
      return `${cause.component} needs a reboot`;
    case 'probes-failed':
      return probeWords(cause);
    case 'ran-it-already':
      return 'already ran the target';
    case 'rebooted':
      return `after the reboot that ${cause.component} needed`;
    case 'failure-came-late':
      return `${cause.of === 'probes' ? 'probes' : 'activation'} failed; the report came too late to count`;
    case 'boot-fell-back':
      return `the reboot that ${cause.component} needed came up on another closure`;
    case 'not-dispatched':
      return `not dispatched: the rollout was ${cause.rolloutState}`;
  }
}

/** A probe "kept failing" only if it failed several times in a row. */
function probeWords({
  failingProbes,
  failedRuns,
  sustainedSecs,
}: Extract<HostCause, { readonly type: 'probes-failed' }>): string {
  const names = failingProbes.join(', ');
  const probes = `${failingProbes.length === 1 ? 'probe' : 'probes'} ${names}`;
  const lasted = formatDuration(sustainedSecs * 1000);
  if (failedRuns === 1) return `${probes} failed again, ${lasted} after the first failure`;
  return failedRuns === 0 ? `${probes} failed` : `${probes} kept failing for ${lasted} (${count(failedRuns, 'run')})`;
}

import { namesInWords, shortName } from '../../text/index.ts';
import type { HostFailure } from './why.ts';
import type { Holding } from './holding.ts';

const MAX_NAMES = 3;

/**
 * What to do about the root of a wait; `null` if it ends on its own.
 *
 * @param hostnames the hosts that are held alike; `holding` is that of one of them
 */
export function remedyWords(
  hostnames: readonly string[],
  holding: Holding | null,
  failure: HostFailure | null,
): string | null {
  const names = namesInWords(hostnames, MAX_NAMES);
  const isOne = hostnames.length === 1;
  if (failure !== null) return `Find out what is wrong on ${names}, and publish a fix under a new ref.`;
  if (holding === null) return null;
  const { blocker } = holding;
  switch (blocker.heldBy) {
    case 'reboot':
      return `Reboot ${names}.`;
    case 'unreachable':
      return blocker.why === 'silent'
        ? `Find out why ${names} ${isOne ? 'is' : 'are'} silent: check network, agent and power.`
        : `Bring ${names} up, or take ${isOne ? 'it' : 'them'} out of the fleet.`;
    case 'rollback':
      return blocker.hasFailed ? `Reboot ${names}: the rollback is retried at boot.` : null;
    case 'probe':
      return `Check probe ${blocker.probeName} on ${names}.`;
    case 'wrong-closure':
      return isOne
        ? `Find out why ${names} runs ${shortName(blocker.closure)}, and switch it to ${shortName(blocker.targetClosure)}.`
        : `Find out why ${names} run other closures, and switch each to its target.`;
    case 'quarantine':
      return 'Publish a release with another closure.';
    case 'wave-promotion-host-unstaged':
      return `Add ${names} to a wave of the channel.`;
    case 'rollout-stopped':
      return 'Publish a release under a new ref.';
    case 'disruption-budget':
      return blocker.hold.limit === 0
        ? `Raise the disruption budget ${blocker.hold.summary}: it allows no host in flight.`
        : null;
    case 'heartbeat':
    case 'not-acknowledged':
    case 'activation':
    case 'soak':
    case 'not-reported':
    case 'channel-edges':
    case 'wave-promotion':
    case 'host-edge':
    case 'compliance-wave':
    case 'extension':
      return null;
  }
}

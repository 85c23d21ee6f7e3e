import { shortName } from '../../text/index.ts';
import type { HostFailure } from './why.ts';
import type { Holding } from './holding.ts';

/** What to do about the root of a wait; `null` if it ends on its own. */
export function remedyWords(hostname: string, holding: Holding | null, failure: HostFailure | null): string | null {
  if (failure !== null) return `Find out what is wrong on ${hostname}, and publish a fix under a new ref.`;
  if (holding === null) return null;
  const { blocker } = holding;
  switch (blocker.heldBy) {
    case 'reboot':
      return `Reboot ${hostname}.`;
    case 'unreachable':
      return blocker.why === 'silent'
        ? `Find out why ${hostname} is silent: check its network, agent and power.`
        : `Bring ${hostname} up, or take it out of the fleet.`;
    case 'rollback':
      return blocker.hasFailed ? `Reboot ${hostname}: its rollback is retried at boot.` : null;
    case 'probe':
      return `Check probe ${blocker.probeName} on ${hostname}.`;
    case 'wrong-closure':
      return `Find out why ${hostname} runs ${shortName(blocker.closure)}, and switch it to ${shortName(blocker.targetClosure)}.`;
    case 'quarantine':
      return 'Publish a release with another closure.';
    case 'wave-promotion-host-unstaged':
      return `Add ${hostname} to a wave of the channel.`;
    case 'rollout-stopped':
      return 'Publish a release under a new ref.';
    case 'disruption-budget':
      return blocker.hold.limit === 0
        ? `Raise the disruption budget ${blocker.hold.summary}: it allows no host in flight.`
        : null;
    case 'not-planned':
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

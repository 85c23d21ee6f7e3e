import { holdReason } from '../../control-plane/index.ts';
import { shortName } from '../../text/index.ts';
import type { Blocker } from './holding.ts';

/** A sentence about what holds `hostname`. */
export function blockerWords(hostname: string, rolloutId: string, blocker: Blocker): string {
  switch (blocker.heldBy) {
    case 'rollout-stopped':
      switch (blocker.rolloutState) {
        case null:
          return `${shortName(rolloutId)} is not open, so ${hostname} has nothing to do.`;
        case 'Superseded':
          return `${shortName(rolloutId)} was superseded. Releasing the same ref again does not reopen it.`;
        default:
          return `The rollout is ${blocker.rolloutState}: it dispatches nothing more.`;
      }
    case 'heartbeat':
      return `${hostname} has nothing to do before its next heartbeat.`;
    case 'not-acknowledged':
      return `${hostname} has not acknowledged its dispatch.`;
    case 'unreachable':
      return {
        off: `${hostname} is off.`,
        'not-joined': `${hostname} has not joined yet.`,
        silent: `The control plane no longer hears from ${hostname}.`,
      }[blocker.why];
    case 'activation':
      return blocker.targetClosure === ''
        ? `${hostname} is switching.`
        : `${hostname} is switching to ${shortName(blocker.targetClosure)}.`;
    case 'reboot':
      return blocker.component === null
        ? `${hostname} is waiting for a reboot.`
        : `${hostname} is waiting for a reboot: ${blocker.component} needs a reboot.`;
    case 'soak':
      return `${hostname} is soaking.`;
    case 'probe':
      return blocker.status === 'fail'
        ? `Probe ${blocker.probeName} fails on ${hostname}.`
        : `Probe ${blocker.probeName} on ${hostname} has never reported for the new closure.`;
    case 'wrong-closure':
      return `${hostname} runs ${shortName(blocker.closure)} instead of ${shortName(blocker.targetClosure)}.`;
    case 'not-reported':
      return `${hostname} has finished its soak without a failing probe, but has not reported that it converged.`;
    case 'rollback':
      if (blocker.closure === null) return `${hostname} has failed, and its previous closure is unknown.`;
      return blocker.hasFailed
        ? `The rollback of ${hostname} to ${shortName(blocker.closure)} failed; it will be retried at the next boot.`
        : `${hostname} has failed, and has not reported its rollback to ${shortName(blocker.closure)}.`;
    default:
      return holdReason(hostname, blocker.hold, shortName);
  }
}

import { holdReason } from '../../control-plane/index.ts';
import { shortName } from '../../text/index.ts';
import type { Blocker } from './what-holds.ts';

/** A sentence that says what holds `hostname`. */
export function blockerWords(hostname: string, rolloutId: string, blocker: Blocker): string {
  switch (blocker.heldBy) {
    case 'rollout-stopped':
      switch (blocker.rolloutState) {
        case null:
          return `${shortName(rolloutId)} is not open, so ${hostname} has nothing to do.`;
        case 'Superseded':
          return `${shortName(rolloutId)} was superseded, and the release that names it again does not open it again.`;
        default:
          return `The rollout is ${blocker.rolloutState}: it dispatches nothing more.`;
      }
    case 'not-planned':
      return `No planning pass has looked at ${hostname} yet.`;
    case 'not-acknowledged':
      return `${hostname} was dispatched and has not acknowledged it.`;
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
        ? `${hostname} waits to be rebooted.`
        : `${hostname} waits to be rebooted: ${blocker.component} needs a reboot.`;
    case 'soak':
      return `${hostname} soaks.`;
    case 'probe':
      return blocker.status === 'fail'
        ? `The probe ${blocker.probeName} of ${hostname} fails.`
        : `The probe ${blocker.probeName} of ${hostname} has never reported on the new closure.`;
    case 'wrong-closure':
      return `${hostname} runs ${shortName(blocker.closure)}, and not ${shortName(blocker.targetClosure)}.`;
    case 'not-reported':
      return `The soak of ${hostname} is over and no probe of it fails, but it has not reported that it converged.`;
    case 'rollback':
      if (blocker.closure === null) return `${hostname} has failed, and it is not known what it ran before.`;
      return blocker.hasFailed
        ? `The rollback of ${hostname} to ${shortName(blocker.closure)} failed; it is tried again at its next boot.`
        : `${hostname} has failed, and has not reported that it is back on ${shortName(blocker.closure)}.`;
    default:
      return holdReason(hostname, blocker.hold, shortName);
  }
}

import type { Gate } from './gate.ts';

/**
 * A quarantined closure is not dispatched. The first gate, so that a closure that was just rolled back stops at once.
 */
export const quarantineGate: Gate = {
  name: 'quarantine',
  reach: 'closure',
  check: ({ manifest, isQuarantined }, { targetClosure }) => {
    if (!isQuarantined(manifest.channel, targetClosure)) return null;
    return { gate: 'quarantine', channel: manifest.channel, closure: targetClosure };
  },
};

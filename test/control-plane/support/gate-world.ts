import type { Candidate, GateContext } from '../../../src/control-plane/gates/gate.ts';
import { holdReason } from '../../../src/control-plane/gates/hold-reason.ts';
import type { Hold } from '../../../src/control-plane/gates/hold.ts';
import { openRollout, type RolloutRecord } from '../../../src/rollout/rollout-record.ts';
import { manifest } from './manifests.ts';

/** What a gate sees where nothing holds anything back. */
export function gateContext(overrides: Partial<GateContext> = {}): GateContext {
  return {
    rollout: rolloutRecord({}),
    manifest: manifest({ others: ['a'] }),
    isQuarantined: () => false,
    manifestOf: () => null,
    rolloutOf: () => null,
    recordOf: () => null,
    inFlight: () => 0,
    failuresBefore: () => 0,
    ...overrides,
  };
}

export function rolloutRecord(fields: Partial<RolloutRecord>): RolloutRecord {
  const opened = openRollout({ rolloutId: 'stable@r1', channel: 'stable', targetRef: 'r1', openedAt: 1 });
  return { ...opened, state: 'Active', ...fields };
}

export function candidate(fields: Partial<Candidate> = {}): Candidate {
  return { hostname: 'a', targetClosure: 'new', wave: 0, staged: true, budgets: [], gatedBy: [], ...fields };
}

/** The sentence for the host of `candidate`; empty if nothing holds it. */
export const reasonOf = (hold: Hold | null): string => (hold === null ? '' : holdReason('a', hold));

import type { HealthFailurePolicy, HostRolloutState } from '../machine/index.ts';
import { move, type Move, type Situation } from './move.ts';
import { sampleClosures, sampleProbes } from './sample-host.ts';

const SUSTAINED_SECS = 120;
const HOUR_MS = 3_600_000;

const failing = (record: HostRolloutState): readonly string[] =>
  Object.keys(record.probes)
    .filter((name) => record.probes[name]?.mode === 'enforce' && record.probes[name].status === 'fail')
    .sort();

const crossed = (record: HostRolloutState, at: number, policyApplied: HealthFailurePolicy) => ({
  failedAt: at,
  sustainedDurationSecs: SUSTAINED_SECS,
  failingProbes: failing(record).length > 0 ? failing(record) : [sampleProbes.main],
  policyApplied,
});

const soakEnd = ({ record, at }: Situation): number => record.soakDueAt ?? at;
const inTime = (situation: Situation): number => Math.max(situation.at, soakEnd(situation));
const tooEarly = (situation: Situation): number => soakEnd(situation) - 1;
const soaks = (record: HostRolloutState): boolean => record.soakDueAt !== null;

/** How a rollout ends. Usually, convergence is reported in the very millisecond in which the soak window ends. */
export const endingMoves: readonly Move[] = [
  move('Failed', null, ({ record, at, policy }) => crossed(record, at, policy.onHealthFailure)),
  move('Failed', 'under halt', ({ record, at }) => crossed(record, at, 'halt')),
  move('Failed', 'under rollback-and-halt', ({ record, at }) => crossed(record, at, 'rollback-and-halt')),
  move('RollbackComplete', null, ({ record, at }) => ({
    revertedToClosure: record.currentClosureAtDispatch ?? sampleClosures.before,
    exitCode: 0,
    completedAt: at,
  })),
  move('RollbackComplete', 'to another closure, with exit code 3', ({ at }) => ({
    revertedToClosure: sampleClosures.other,
    exitCode: 3,
    completedAt: at,
  })),
  move('Converged', null, (situation) => ({
    convergedAt: inTime(situation),
    currentClosure: situation.record.targetClosure,
  })),
  move('Converged', 'an hour late', (situation) => ({
    convergedAt: inTime(situation) + HOUR_MS,
    currentClosure: situation.record.targetClosure,
  })),
  move('Converged', 'on another closure', (situation) => ({
    convergedAt: inTime(situation),
    currentClosure: sampleClosures.other,
  })),
  move(
    'Converged',
    'one millisecond too early',
    (situation) => ({ convergedAt: tooEarly(situation), currentClosure: situation.record.targetClosure }),
    soaks,
  ),
  move(
    'Converged',
    'too early and on another closure',
    (situation) => ({ convergedAt: tooEarly(situation), currentClosure: sampleClosures.other }),
    soaks,
  ),
];

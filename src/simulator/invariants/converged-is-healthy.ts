import type { HostRolloutState } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';

/** Converged means that the target runs and that no enforce probe fails. */
export const convergedIsHealthy: MakeInvariant = ({ broken }) => {
  const check = (record: HostRolloutState): void => {
    if (record.state !== 'Converged') return;
    const { hostname, rolloutId, currentClosure, targetClosure, probes } = record;
    if (currentClosure !== targetClosure) {
      broken(
        'converged is healthy',
        hostname,
        rolloutId,
        `${hostname} converged on ${currentClosure ?? 'no closure'}, and not on ${targetClosure}.`,
      );
    }
    for (const [name, { mode, status }] of Object.entries(probes)) {
      if (mode !== 'enforce' || status === 'pass') continue;
      broken(
        'converged is healthy',
        hostname,
        rolloutId,
        `${hostname} converged while its enforce probe ${name} fails.`,
      );
    }
  };
  return {
    agentStep: (_node, _event, after) => check(after),
    controlPlaneStep: (_before, _event, after) => check(after),
    effects: { TakeOverRecord: ({ record }) => check(record) },
  };
};

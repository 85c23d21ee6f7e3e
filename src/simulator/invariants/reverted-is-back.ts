import type { HostRolloutState } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';

/** Reverted means that the host runs the closure that it rolled back to. */
export const revertedIsBack: MakeInvariant = ({ broken }) => {
  const check = ({ state, hostname, rolloutId, currentClosure, revertedTo }: HostRolloutState): void => {
    if (state !== 'Reverted' || currentClosure === revertedTo) return;
    broken(
      'reverted is back',
      hostname,
      rolloutId,
      `${hostname} went back to ${revertedTo ?? 'nothing'} and is on ${currentClosure ?? 'nothing'}.`,
    );
  };
  return {
    agentStep: (_node, _event, after) => check(after),
    controlPlaneStep: (_before, _event, after) => check(after),
    effects: { TakeOverRecord: ({ record }) => check(record) },
  };
};

import type { SimulatedHost } from '../simulated-host.ts';
import type { MakeInvariant } from './invariant.ts';

const MS_PER_MINUTE = 60_000;

/**
 * A host that converged, other than by synthesis, has soaked for as long as its wave requires, and every declared enforce
 * probe has run on the new closure. Times are those that the protocol compares: the control plane's for the dispatch, the
 * agent's for the convergence.
 */
export const soaked: MakeInvariant = ({ scenario, ledger, broken }) => {
  /** The probes that each host has run since its last activation. */
  const runs = new Map<SimulatedHost, Set<string>>();
  return {
    agentStep: (node, event, after) => {
      switch (event.type) {
        case 'LocalActivationCompleted':
          runs.set(node, new Set());
          return;
        case 'LocalProbeResult':
          if (node.isStaleResult) {
            broken(
              'soaked',
              node.name,
              after.rolloutId,
              `${node.name} took a result of ${event.probeName} that is of the closure before.`,
            );
          }
          runs.get(node)?.add(event.probeName);
          return;
        case 'LocalConvergedReached':
          for (const { probeName, mode } of scenario.probeSets[node.probeSet] ?? []) {
            if (mode === 'observe' || mode === 'disabled' || runs.get(node)?.has(probeName) !== false) continue;
            broken(
              'soaked',
              node.name,
              after.rolloutId,
              `${node.name} converged before its probe ${probeName} had run.`,
            );
          }
          runs.delete(node);
          return;
        default:
          return;
      }
    },
    controlPlaneStep: (_before, event, { hostname, rolloutId }) => {
      if (event.type !== 'RemoteConverged') return;
      const { book, at } = ledger.find(rolloutId, hostname);
      if (book === null || book.synthesizedSeq[at] === event.seq) return;
      const soakMs = (book.manifest.hosts[at]?.soakMinutes ?? 0) * MS_PER_MINUTE;
      const passedMs = event.convergedAt - (book.dispatchedAt[at] ?? 0);
      if (passedMs >= soakMs) return;
      broken(
        'soaked',
        hostname,
        rolloutId,
        `${hostname} converged ${passedMs} ms after its dispatch, and its soak is ${soakMs} ms.`,
      );
    },
  };
};

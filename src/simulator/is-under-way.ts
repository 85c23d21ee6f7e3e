import type { SimulatedHost } from './simulated-host.ts';

/** Whether something is under way on a host that ends without anybody's help. */
export function isUnderWay(node: SimulatedHost, waitsForOperators: boolean): boolean {
  if (!node.isOn) return false;
  // It is being started again, and goes on with whatever it was doing.
  if (node.agent?.phase !== 'working') return true;
  if (waitsForOperators && node.bootClosure !== node.closure) return true;
  if (node.work !== null || !node.disk.isEmpty) return true;
  const { activeRolloutId, rollouts } = node.agent;
  const record = rollouts.find(({ rolloutId }) => rolloutId === activeRolloutId)?.record;
  if (record?.state === 'Deferred') return record.targetClosure === node.closure;
  return record?.state === 'Activating' || record?.state === 'Soaking';
}

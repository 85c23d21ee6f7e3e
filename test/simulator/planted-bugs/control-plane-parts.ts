import { GATES, type ControlPlaneRules, type Gate, type GateContext } from '../../../src/control-plane/index.ts';
import type { PlantedBug } from './planted-bug.ts';

export const parts = (controlPlane: Partial<ControlPlaneRules>): PlantedBug['cores'] => ({ controlPlane });
export const without = (name: string): Partial<ControlPlaneRules> => ({
  gates: GATES.filter((gate) => gate.name !== name),
});

/** The gate of that name with another check. */
export function withGate(
  name: string,
  check: (
    context: GateContext,
    candidate: Parameters<Gate['check']>[1],
    real: Gate['check'],
  ) => ReturnType<Gate['check']>,
) {
  const gates = GATES.map((gate): Gate =>
    gate.name === name ? { ...gate, check: (context, candidate) => check(context, candidate, gate.check) } : gate,
  );
  return parts({ gates });
}

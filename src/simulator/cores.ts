import type { AgentRules, AgentCore } from '../agent/index.ts';
import type { ControlPlaneRules, ControlPlaneCore } from '../control-plane/index.ts';

/** Rules to replace, for tests that a broken rule is noticed. */
export interface Cores {
  readonly agent?: Partial<AgentRules>;
  readonly controlPlane?: Partial<ControlPlaneRules>;
  /** Wraps the whole core, for behaviour that no single rule decides. */
  readonly wrapAgent?: (core: AgentCore) => AgentCore;
  readonly wrapControlPlane?: (core: ControlPlaneCore) => ControlPlaneCore;
}

/** Caches results by argument: most hosts declare the same probes, and can share one list. */
export function onceForEach<Argument extends object, Result>(
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const known = new WeakMap<Argument, Result>();
  return (argument) => {
    const found = known.get(argument) ?? compute(argument);
    known.set(argument, found);
    return found;
  };
}

import type { AgentRules, AgentCore } from '../agent/index.ts';
import type { ControlPlaneRules, ControlPlaneCore } from '../control-plane/index.ts';

/** Rules to replace, so that a test can show that a broken one is noticed. */
export interface Cores {
  readonly agent?: Partial<AgentRules>;
  readonly controlPlane?: Partial<ControlPlaneRules>;
  /** For what no rule decides by itself: the whole core, to be replaced by one around it. */
  readonly wrapAgent?: (core: AgentCore) => AgentCore;
  readonly wrapControlPlane?: (core: ControlPlaneCore) => ControlPlaneCore;
}

/** Most hosts declare the same probes, and need not each have a list of their own. */
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

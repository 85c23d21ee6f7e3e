import type { HostEffect } from '../../machine/index.ts';
import { sides, type Side } from '../side.ts';
import type { Dimension } from './dimension.ts';

// As the kinds of refusals: a table that lacks an effect of the machine does not compile.
const emittedBy: Record<HostEffect['type'], readonly Side[]> = {
  LocalFireSwitch: ['agent'],
  LocalFireRollbackTo: ['agent'],
  LocalResetProbeCache: ['agent'],
  LocalEmitEvent: ['agent'],
  RemoteInsertQuarantine: ['control-plane'],
  RemoteAppendEventLog: ['control-plane'],
  RecordTransition: sides,
};

/** The effects that the machine itself returns. */
export const effectKinds: Dimension = {
  universe: (scope) =>
    Object.entries(emittedBy)
      .filter(([, by]) => by.some((side) => scope.sides.includes(side)))
      .map(([type]) => type),
  touched: ({ result }) => (result.ok ? result.effects.map(({ type }) => type) : []),
};

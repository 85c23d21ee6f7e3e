import { channelEdgesGate } from './channel-edges.ts';
import { complianceWaveGate } from './compliance-wave.ts';
import { disruptionBudgetGate } from './disruption-budget.ts';
import type { Gate } from './gate.ts';
import { hostEdgeGate } from './host-edge.ts';
import { quarantineGate } from './quarantine.ts';
import { wavePromotionGate } from './wave-promotion.ts';

/** The six gates in order. The first one that holds a host back is reported. */
export const GATES: readonly Gate[] = Object.freeze([
  quarantineGate,
  channelEdgesGate,
  wavePromotionGate,
  hostEdgeGate,
  disruptionBudgetGate,
  complianceWaveGate,
]);

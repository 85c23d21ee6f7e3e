/** The faults that a run can have, as reports count them. */
export const FAULT_NAMES = [
  'agent-crash',
  'crash-between-effects',
  'tail-lost',
  'reboot',
  'offline',
  'late-host',
  'control-plane-restart',
  'database-lost',
  'activation-fails',
  'wrong-closure',
  'activation-deferred',
  'probe-fails',
  'probe-flaps',
  'probe-silent',
  'rollback-fails',
  'clock-skew',
  'request-lost',
  'answer-lost',
  'request-duplicated',
  'slow-link',
  'partition',
  'successor',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

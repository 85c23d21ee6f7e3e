import { AGENT_DISPATCH_BUGS } from './agent-dispatch-bugs.ts';
import { AGENT_OUTBOX_BUGS } from './agent-outbox-bugs.ts';
import { AGENT_PROBE_BUGS } from './agent-probe-bugs.ts';
import { AGENT_RECOVERY_BUGS } from './agent-recovery-bugs.ts';
import { AGENT_SOAK_BUGS } from './agent-soak-bugs.ts';
import { CONTROL_PLANE_EVENT_BUGS } from './control-plane-event-bugs.ts';
import { CONTROL_PLANE_GATE_BUGS } from './control-plane-gate-bugs.ts';
import { CONTROL_PLANE_HEARTBEAT_BUGS } from './control-plane-heartbeat-bugs.ts';
import { CONTROL_PLANE_RESTART_BUGS } from './control-plane-restart-bugs.ts';
import { CONTROL_PLANE_PLANNING_BUGS } from './control-plane-planning-bugs.ts';
import { MANIFEST_BUGS } from './manifest-bugs.ts';
import type { RuleBug } from './rule-bug.ts';

/** Every rule of the specification, broken in at least three ways. */
export const RULE_BUGS: readonly RuleBug[] = [
  ...AGENT_DISPATCH_BUGS,
  ...AGENT_OUTBOX_BUGS,
  ...AGENT_PROBE_BUGS,
  ...AGENT_SOAK_BUGS,
  ...AGENT_RECOVERY_BUGS,
  ...CONTROL_PLANE_EVENT_BUGS,
  ...CONTROL_PLANE_PLANNING_BUGS,
  ...CONTROL_PLANE_GATE_BUGS,
  ...CONTROL_PLANE_HEARTBEAT_BUGS,
  ...CONTROL_PLANE_RESTART_BUGS,
  ...MANIFEST_BUGS,
];

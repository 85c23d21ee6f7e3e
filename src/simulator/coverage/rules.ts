import type { GateName } from '../../control-plane/index.ts';
import type { HostState, OutboundEventType } from '../../machine/index.ts';
import type { RunEventOf } from '../run-events.ts';

/** A state that a host can leave, or boot in, while an agent works on a rollout. */
type Begun = Exclude<HostState, 'Pending'>;
type Outcome = RunEventOf<'EventDropped'>['outcome'];
type Withdrawal = Exclude<RunEventOf<'DispatchWithdrawn'>['because'], 'pruned' | 'backup-restored'>;

/** The rules that an event log can show: each name is a moment at which a rule decides. */
export type RuleName =
  | 'dispatch: acknowledged'
  | 'dispatch: the closure was released before under another ref'
  | `dispatch: taken back as ${Withdrawal}`
  | `dispatch: taken while the rollout before was ${Begun}`
  | `event: ${OutboundEventType}`
  | `event: ${Outcome}`
  | 'event: a control of an evidence probe is not met'
  | 'event: an observe probe fails'
  | 'soak: ends after a probe had failed'
  | 'soak: failed for too long and halts'
  | 'soak: failed for too long and goes back'
  | 'activation: failed and halts'
  | 'activation: failed and goes back'
  | 'deferral: concluded by a reboot'
  | 'deferral: failed at a reboot'
  | 'rollback: reported'
  | 'rollback: reported after a boot'
  | `boot: while ${Begun}`
  | 'boot: of the machine while Deferred'
  | `rollout: opened`
  | `rollout: ${'Converging' | 'Terminal' | 'Failed' | 'Reverted'}`
  | `rollout: superseded while ${'Active' | 'Converging' | 'Terminal' | 'Failed' | 'Reverted'}`
  | `wave: ${'the second' | 'the third' | 'a later one'} begins`
  | 'wave: without hosts'
  | `gate: ${Exclude<GateName, 'extension'>} holds`
  | `gate: ${Exclude<GateName, 'quarantine' | 'wave-promotion-host-unstaged' | 'extension'>} lets go`
  | 'quarantine: inserted'
  | 'heartbeat: the host is unreachable'
  | 'heartbeat: the host is back'
  | `heartbeat: activation synthesized while ${'Activating' | 'Deferred'}`
  | 'heartbeat: convergence synthesized'
  | `heartbeat: record rebuilt as ${Begun}`
  | `heartbeat: gap closed by ${Begun}`;

const AGENT = 'agent';
const CONTROL_PLANE = 'control-plane';

/** Every rule that is counted, with the passage of the specification, in its order. */
export const RULES: Readonly<Record<RuleName, string>> = {
  'dispatch: acknowledged': `${AGENT} 3`,
  'dispatch: the closure was released before under another ref': `${CONTROL_PLANE}, planning 3`,
  'dispatch: taken back as rollout-halted': `${CONTROL_PLANE}, planning 3`,
  'dispatch: taken back as rollout-superseded': `${CONTROL_PLANE}, planning 1`,
  'dispatch: taken back as quarantined': `${CONTROL_PLANE}, gate 1`,
  'dispatch: taken back as taken-over': `${CONTROL_PLANE}, heartbeats`,
  'dispatch: taken while the rollout before was Activating': `${AGENT} 3`,
  'dispatch: taken while the rollout before was Deferred': `${AGENT} 9`,
  'dispatch: taken while the rollout before was Soaking': `${AGENT} 9`,
  'dispatch: taken while the rollout before was Converged': `${AGENT} 9`,
  'dispatch: taken while the rollout before was Failed': `${AGENT} 9`,
  'dispatch: taken while the rollout before was Reverted': `${AGENT} 9`,
  'event: DispatchAck': `${CONTROL_PLANE}, agent events`,
  'event: ActivationStarted': `${CONTROL_PLANE}, agent events`,
  'event: ActivationCompleted': `${CONTROL_PLANE}, agent events`,
  'event: ActivationDeferred': `${CONTROL_PLANE}, agent events`,
  'event: ActivationFailed': `${CONTROL_PLANE}, agent events`,
  'event: ProbeTopologyDeclared': `${AGENT} 5`,
  'event: ProbeObservedFirst': `${AGENT} 5`,
  'event: ProbeResult': `${AGENT} 5`,
  'event: ProbeFailureFirst': `${AGENT} 5`,
  'event: Failed': `${CONTROL_PLANE}, agent events`,
  'event: RollbackComplete': `${CONTROL_PLANE}, agent events`,
  'event: Converged': `${CONTROL_PLANE}, agent events`,
  'event: duplicate': `${AGENT} 4`,
  'event: late': `${CONTROL_PLANE}, heartbeats`,
  'event: illegal': `${CONTROL_PLANE}, agent events`,
  'event: unknown': `${CONTROL_PLANE}, agent events`,
  'event: conflict': `${CONTROL_PLANE}, agent events`,
  'event: a control of an evidence probe is not met': `${CONTROL_PLANE}, gate 6`,
  'event: an observe probe fails': `${AGENT} 6`,
  'soak: ends after a probe had failed': `${AGENT} 7`,
  'soak: failed for too long and halts': `${AGENT} 6`,
  'soak: failed for too long and goes back': `${AGENT} 6`,
  'activation: failed and halts': `${AGENT} 8`,
  'activation: failed and goes back': `${AGENT} 8`,
  'deferral: concluded by a reboot': `${AGENT} 11`,
  'deferral: failed at a reboot': `${AGENT} 11`,
  'rollback: reported': `${AGENT} 8`,
  'rollback: reported after a boot': `${AGENT} 11`,
  'boot: while Activating': `${AGENT} 11`,
  'boot: while Deferred': `${AGENT} 11`,
  'boot: of the machine while Deferred': `${AGENT} 11`,
  'boot: while Soaking': `${AGENT} 11`,
  'boot: while Converged': `${AGENT} 11`,
  'boot: while Failed': `${AGENT} 11`,
  'boot: while Reverted': `${AGENT} 11`,
  'rollout: opened': `${CONTROL_PLANE}, planning 1`,
  'rollout: Converging': `${CONTROL_PLANE}, planning 2`,
  'rollout: Terminal': `${CONTROL_PLANE}, agent events`,
  'rollout: Failed': `${CONTROL_PLANE}, agent events`,
  'rollout: Reverted': `${CONTROL_PLANE}, agent events`,
  'rollout: superseded while Active': `${CONTROL_PLANE}, planning 1`,
  'rollout: superseded while Converging': `${CONTROL_PLANE}, planning 1`,
  'rollout: superseded while Terminal': `${CONTROL_PLANE}, planning 1`,
  'rollout: superseded while Failed': `${CONTROL_PLANE}, planning 1`,
  'rollout: superseded while Reverted': `${CONTROL_PLANE}, planning 1`,
  'wave: the second begins': `${CONTROL_PLANE}, planning 2`,
  'wave: the third begins': `${CONTROL_PLANE}, planning 2`,
  'wave: a later one begins': `${CONTROL_PLANE}, planning 2`,
  'wave: without hosts': `${CONTROL_PLANE}, planning 2`,
  'gate: quarantine holds': `${CONTROL_PLANE}, gate 1`,
  'gate: channel-edges holds': `${CONTROL_PLANE}, gate 2`,
  'gate: channel-edges lets go': `${CONTROL_PLANE}, gate 2`,
  'gate: wave-promotion holds': `${CONTROL_PLANE}, gate 3`,
  'gate: wave-promotion lets go': `${CONTROL_PLANE}, gate 3`,
  'gate: wave-promotion-host-unstaged holds': `${CONTROL_PLANE}, gate 3`,
  'gate: host-edge holds': `${CONTROL_PLANE}, gate 4`,
  'gate: host-edge lets go': `${CONTROL_PLANE}, gate 4`,
  'gate: disruption-budget holds': `${CONTROL_PLANE}, gate 5`,
  'gate: disruption-budget lets go': `${CONTROL_PLANE}, gate 5`,
  'gate: compliance-wave holds': `${CONTROL_PLANE}, gate 6`,
  'gate: compliance-wave lets go': `${CONTROL_PLANE}, gate 6`,
  'quarantine: inserted': `${CONTROL_PLANE}, agent events`,
  'heartbeat: the host is unreachable': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: the host is back': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: activation synthesized while Activating': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: activation synthesized while Deferred': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: convergence synthesized': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: record rebuilt as Activating': `${CONTROL_PLANE}, recovery`,
  'heartbeat: record rebuilt as Deferred': `${CONTROL_PLANE}, recovery`,
  'heartbeat: record rebuilt as Soaking': `${CONTROL_PLANE}, recovery`,
  'heartbeat: record rebuilt as Converged': `${CONTROL_PLANE}, recovery`,
  'heartbeat: record rebuilt as Failed': `${CONTROL_PLANE}, recovery`,
  'heartbeat: record rebuilt as Reverted': `${CONTROL_PLANE}, recovery`,
  'heartbeat: gap closed by Activating': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: gap closed by Deferred': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: gap closed by Soaking': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: gap closed by Converged': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: gap closed by Failed': `${CONTROL_PLANE}, heartbeats`,
  'heartbeat: gap closed by Reverted': `${CONTROL_PLANE}, heartbeats`,
};

/** The names of the rules, in the order of the table. */
// The keys of a record are those of its type.
export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

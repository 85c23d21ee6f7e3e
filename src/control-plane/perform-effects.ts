import { performEffects, type EffectHandlers, type EffectTags } from '../machine/perform-effects.ts';
import type { ControlPlaneEffect } from './control-plane-effects.ts';

/** A function for each effect of the control plane. A missing one, or one for an agent's effect, fails to compile. */
export type ControlPlaneEffectHandlers = EffectHandlers<ControlPlaneEffect>;

const CONTROL_PLANE_EFFECTS: EffectTags<ControlPlaneEffect> = {
  RemoteQueueDispatch: true,
  RemoteInsertQuarantine: true,
  RemoteOpenRolloutRecord: true,
  RemoteAppendEventLog: true,
  RecordTransition: true,
  EmitMetric: true,
  EmitLog: true,
  RecordRolloutTransition: true,
  UpdateCurrentWave: true,
  InsertQuarantineFromRollout: true,
  SchedulePruning: true,
  OpenRollout: true,
  AdvanceWave: true,
  QueueDispatch: true,
  DeferDispatch: true,
  WithdrawDispatch: true,
  WaveWithoutHosts: true,
  AppendRolloutEvent: true,
  SynthesizeEvent: true,
  AppendUnappliedEvent: true,
  TakeOverRecord: true,
  HostUnreachable: true,
  HostReachable: true,
};

/**
 * Hands each effect to its handler, one after the other; promises are awaited. An effect of an agent is a defect:
 * `onForeign` gets it, nothing is performed, and the next effect follows (specification: host-machine, "Effects").
 *
 * Rejects when a handler does, and performs nothing after it: the runtime must then stop, and restore its last state.
 */
export async function performControlPlaneEffects(
  effects: readonly { readonly type: string }[],
  handlers: ControlPlaneEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  await performEffects<ControlPlaneEffect>(CONTROL_PLANE_EFFECTS, effects, handlers, onForeign);
}

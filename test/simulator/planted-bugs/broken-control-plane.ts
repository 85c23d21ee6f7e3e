import {
  CONTROL_PLANE_RULES,
  GATES,
  type ControlPlane,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type ControlPlaneInput,
  type ControlPlaneRules,
  type Gate,
  type GateName,
  type Hold,
  type ReplyTo,
} from '../../../src/control-plane/index.ts';
import type { HostEvent, HostRolloutState, StepResult } from '../../../src/machine/index.ts';
import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';

/** A control plane with other rules. */
export const controlPlane = (rules: Partial<ControlPlaneRules>): Cores => ({ controlPlane: rules });

type Accepted = Extract<StepResult, { readonly ok: true }>;

/** What the control plane's host machine accepts, changed. */
export const controlPlaneStep = (
  change: (accepted: Accepted, event: HostEvent, before: HostRolloutState) => Accepted,
): Cores =>
  controlPlane({
    step: (state, event, now, policy) => {
      const result = CONTROL_PLANE_RULES.step(state, event, now, policy);
      return result.ok ? change(result, event, state) : result;
    },
  });

type Check = Gate['check'];

/** The gate of a name with another check, which is given the real one. */
export const gate = (name: Gate['name'], check: (real: Check, ...args: Parameters<Check>) => Hold | null): Cores =>
  controlPlane({
    gates: GATES.map((one) => (one.name === name ? { ...one, check: (...args) => check(one.check, ...args) } : one)),
  });

/** Without the gate of that name. */
export const noGate = (name: Gate['name']): Cores => controlPlane({ gates: GATES.filter((one) => one.name !== name) });

/** A gate that goes on holding whom it has held. */
export function stuckGate(name: Gate['name']): Cores {
  return {
    // The gates of each run remember their own.
    wrapControlPlane: (core) => core,
    get controlPlane() {
      const held = new Map<string, Hold>();
      const rules = gate(name, (real, context, candidate) => {
        const key = `${context.rollout.rolloutId} ${candidate.hostname}`;
        const hold = real(context, candidate) ?? held.get(key) ?? null;
        if (hold !== null) held.set(key, hold);
        return hold;
      }).controlPlane;
      return rules ?? {};
    },
  };
}

/** The wrong name for what holds a host. */
export const misnamed = (from: GateName, to: Hold): Cores =>
  controlPlaneEffect('DeferDispatch', (effect) =>
    effect.gate === from ? [{ ...effect, gate: to.gate, hold: to }] : [effect],
  );

type EffectOf<Type extends ControlPlaneEffect['type']> = Extract<ControlPlaneEffect, { readonly type: Type }>;

/** What the control plane asks its runtime to do, changed. */
const controlPlaneEffects = (change: (effect: ControlPlaneEffect) => readonly ControlPlaneEffect[]): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => {
      const handled = core.handle(before, input, now);
      return { ...handled, effects: handled.effects.flatMap(change) };
    },
  }),
});

/** Effects of one type, changed. */
export const controlPlaneEffect = <Type extends ControlPlaneEffect['type']>(
  type: Type,
  change: (effect: EffectOf<Type>) => readonly ControlPlaneEffect[],
): Cores =>
  controlPlaneEffects((effect) =>
    // Right, because the type was compared.
    effect.type === type ? change(effect as EffectOf<Type>) : [effect],
  );

/** What reaches the control plane, changed. */
export const controlPlaneInputs = (
  change: <Input extends ControlPlaneInput>(input: Input, before: ControlPlane) => Input,
): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => core.handle(before, change(input, before), now),
  }),
});

/** The manifests as the control plane takes them. */
export const manifests = (change: (rollout: RolloutManifest) => RolloutManifest): Cores =>
  controlPlaneInputs((input) =>
    input.type === 'ManifestsVerified' ? { ...input, rollouts: input.rollouts.map(change) } : input,
  );

type Reply<Type extends ControlPlaneInput['type']> = ReplyTo<Extract<ControlPlaneInput, { readonly type: Type }>>;
type InputOf<Type extends ControlPlaneInput['type']> = Extract<ControlPlaneInput, { readonly type: Type }>;

/** The answers to inputs of one type, changed. What is remembered between answers is of one run. */
export const replies = <Type extends ControlPlaneInput['type']>(
  type: Type,
  makeChange: () => (reply: Reply<Type>, input: InputOf<Type>, after: ControlPlane) => Reply<Type>,
): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => {
    const change = makeChange();
    return {
      ...core,
      handle: (before, input, now) => {
        const handled = core.handle(before, input, now);
        if (input.type !== type) return handled;
        // Right, because the type was compared: the reply belongs to the input.
        const reply = change(handled.reply as Reply<Type>, input as unknown as InputOf<Type>, handled.controlPlane);
        return { ...handled, reply };
      },
    };
  },
});

/** What the control plane knows after each input, changed. */
export const knowledge = (
  change: (after: ControlPlane, input: ControlPlaneInput, effects: readonly ControlPlaneEffect[]) => ControlPlane,
): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => {
      const handled = core.handle(before, input, now);
      return { ...handled, controlPlane: change(handled.controlPlane, input, handled.effects) };
    },
  }),
});

/** Only these inputs are taken; the others must be such that are answered with nothing. */
export const inputs = (isTaken: (input: ControlPlaneInput) => boolean): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => {
      if (isTaken(input)) return core.handle(before, input, now);
      // Right, because the input has no answer.
      return { controlPlane: before, effects: [], reply: null as ReplyTo<typeof input> };
    },
  }),
});

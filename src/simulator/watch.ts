import type { AgentEffectOf, AgentRollout } from '../agent/index.ts';
import type { ControlPlaneEffect, EventAnswer } from '../control-plane/index.ts';
import type { RecordTransition, step, StepResult } from '../machine/index.ts';
import type { Envelope, Heartbeat } from '../wire/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { INVARIANTS } from './invariants/index.ts';
import type { Invariant, InvariantContext } from './invariants/invariant.ts';
import type { Work, WorkResult } from './work.ts';
import type { Ledger } from './ledger.ts';

type Step = typeof step;
type EffectWatch = (effect: ControlPlaneEffect) => void;
type Hook = Exclude<keyof Invariant, 'effects'>;

/** Shows what happens to the invariants, and counts the machine's steps. */
export class Watch {
  /** The host whose agent is at work now. */
  acting: SimulatedHost | null = null;
  /** The host whose event the control plane took last; what it does then is nearly always about this one. */
  sender: SimulatedHost | null = null;
  steps = 0;
  /** When a host, a rollout or a dispatch last changed. */
  onChange: () => void = () => undefined;

  readonly #ledger: Ledger;
  readonly #hooks: { readonly [Name in Hook]-?: readonly NonNullable<Invariant[Name]>[] };
  readonly #effects = new Map<ControlPlaneEffect['type'], EffectWatch[]>();

  constructor(ledger: Ledger, context: InvariantContext) {
    this.#ledger = ledger;
    const invariants = INVARIANTS.map((make) => make(context));
    const all = <Name extends Hook>(name: Name): NonNullable<Invariant[Name]>[] =>
      // The filter takes `undefined` out, which the compiler does not follow through a generic name.
      invariants.map((invariant) => invariant[name]).filter((hook) => hook !== undefined) as NonNullable<
        Invariant[Name]
      >[];
    this.#hooks = {
      agentStep: all('agentStep'),
      agentTurn: all('agentTurn'),
      controlPlaneStep: all('controlPlaneStep'),
      emitted: all('emitted'),
      forgotten: all('forgotten'),
      workStarted: all('workStarted'),
      workEnded: all('workEnded'),
      turnPerformed: all('turnPerformed'),
      heard: all('heard'),
      answered: all('answered'),
      atRest: all('atRest'),
      turnEnded: all('turnEnded'),
      diskLost: all('diskLost'),
      databaseLost: all('databaseLost'),
      runEnded: all('runEnded'),
    };
    for (const { effects } of invariants) {
      for (const [type, watch] of Object.entries(effects ?? {})) {
        // The keys of `EffectWatches` are the tags, and each watch takes the effect of its own.
        const tag = type as ControlPlaneEffect['type'];
        this.#effects.set(tag, [...(this.#effects.get(tag) ?? []), watch as EffectWatch]);
      }
    }
  }

  /** `step`, watched, for the agents' side. Events that an agent only reads back from its outbox are not news. */
  agentStep(step: Step): Step {
    return (state, event, now, policy): StepResult => {
      this.steps += 1;
      const result = step(state, event, now, policy);
      if (!result.ok || this.acting === null || event.type.startsWith('Remote')) return result;
      for (const hook of this.#hooks.agentStep) hook(this.acting, event, result.state);
      return result;
    };
  }

  controlPlaneStep(step: Step): Step {
    return (state, event, now, policy): StepResult => {
      this.steps += 1;
      const result = step(state, event, now, policy);
      if (result.ok) for (const hook of this.#hooks.controlPlaneStep) hook(state, event, result.state);
      return result;
    };
  }

  onControlPlaneEffect(effect: ControlPlaneEffect): void {
    const watches = this.#effects.get(effect.type);
    if (watches !== undefined) for (const watch of watches) watch(effect);
    this.#ledger.take(effect);
    if (CHANGES.has(effect.type)) this.onChange();
  }

  onControlPlaneTurn(): void {
    for (const hook of this.#hooks.turnEnded) hook();
  }

  onHeartbeat(node: SimulatedHost, heartbeat: Heartbeat): void {
    for (const hook of this.#hooks.heard) hook(node, heartbeat);
  }

  onAgentTurn(node: SimulatedHost, before: readonly AgentRollout[], after: readonly AgentRollout[]): void {
    for (const hook of this.#hooks.agentTurn) hook(node, before, after);
  }

  onRunEnded(nodes: readonly SimulatedHost[]): void {
    for (const node of nodes) if (node.isOn) for (const hook of this.#hooks.runEnded) hook(node);
  }

  onEventAnswered(node: SimulatedHost, envelope: Envelope, answer: EventAnswer): void {
    for (const hook of this.#hooks.answered) hook(node, envelope, answer);
  }

  onDiskLost(node: SimulatedHost): void {
    for (const hook of this.#hooks.diskLost) hook(node);
  }

  onDatabaseLost(): void {
    this.#ledger.forget();
    this.onChange();
    for (const hook of this.#hooks.databaseLost) hook();
  }

  onAgentTransition(_node: SimulatedHost, _effect: RecordTransition): void {
    this.onChange();
  }

  onEmit(node: SimulatedHost, effect: AgentEffectOf<'LocalEmitEvent'>): void {
    for (const hook of this.#hooks.emitted) hook(node, effect);
  }

  onForget(node: SimulatedHost, effect: AgentEffectOf<'RemoveFromOutbox'>): void {
    for (const hook of this.#hooks.forgotten) hook(node, effect);
  }

  onWorkStarted(node: SimulatedHost, work: Work): void {
    for (const hook of this.#hooks.workStarted) hook(node, work);
  }

  onWorkEnded(node: SimulatedHost, work: Work, result: WorkResult): void {
    for (const hook of this.#hooks.workEnded) hook(node, work, result);
  }

  onTurnPerformed(node: SimulatedHost): void {
    for (const hook of this.#hooks.turnPerformed) hook(node);
  }

  onRest(node: SimulatedHost): void {
    for (const hook of this.#hooks.atRest) hook(node);
  }
}

/** Effects after which something new may happen. A host that comes and goes is none: a stuck run would never be quiet. */
const CHANGES: ReadonlySet<ControlPlaneEffect['type']> = new Set([
  'OpenRollout',
  'AdvanceWave',
  'QueueDispatch',
  'DeferDispatch',
  'WithdrawDispatch',
  'RecordTransition',
  'RecordRolloutTransition',
  'TakeOverRecord',
]);

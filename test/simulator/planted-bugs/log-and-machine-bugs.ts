import type { AgentCore, AgentEffect } from '../../../src/agent/index.ts';
import type { ControlPlaneCore, ControlPlaneEffect } from '../../../src/control-plane/index.ts';
import type { OutboundEvent } from '../../../src/machine/index.ts';
import { always, DEFAULT_DURATIONS, type Scenario } from '../../../src/simulator/index.ts';
import { after, MINUTE, scenarioWith, sketch, type RolloutSketch } from '../support/small-fleets.ts';
import type { PlantedBug } from './planted-bug.ts';
import { alone, deferForever, failActivation, rebootBeforeReport } from './scenes.ts';

/** The effects of the control plane, changed on their way into the database. */
function changingLog(change: (effect: ControlPlaneEffect) => readonly ControlPlaneEffect[]) {
  return (core: ControlPlaneCore): ControlPlaneCore => ({
    ...core,
    handle: (controlPlane, input, now) => {
      const handled = core.handle(controlPlane, input, now);
      return { ...handled, effects: handled.effects.flatMap(change) };
    },
  });
}

/** What an agent sends, changed between the outbox and the network. */
function changingSent(change: (event: OutboundEvent) => OutboundEvent) {
  return (core: AgentCore): AgentCore => ({
    start: core.start,
    handle: (agent, input, now) => {
      const turn = core.handle(agent, input, now);
      const effects = turn.effects.map((effect): AgentEffect =>
        effect.type === 'SendEvents' ? { ...effect, events: effect.events.map(change) } : effect,
      );
      return { ...turn, effects };
    },
  });
}

/** The good closure comes back under a new ref while the bad one is being activated. */
function backWhileUnderWay(): Scenario {
  const release = (ref: string, closure: string): RolloutSketch => ({ waves: [['a1']], ref, closure: () => closure });
  const scenario = scenarioWith([sketch(release('r1', 'bad'))], {
    durations: { ...DEFAULT_DURATIONS, activation: always(2 * MINUTE) },
    steps: [after(0.5, { type: 'publish', rollouts: [sketch(release('r2', 'good'))] })],
  });
  return { ...scenario, hosts: scenario.hosts.map((host) => ({ ...host, runningClosure: 'good' })) };
}

/** What the event log holds, and what the machines run. */
export const LOG_AND_MACHINE_BUGS: readonly PlantedBug[] = [
  {
    name: 'an event that a synthesized one has overtaken is not logged',
    cores: { wrapControlPlane: changingLog((effect) => (effect.type === 'AppendUnappliedEvent' ? [] : [effect])) },
    scenario: rebootBeforeReport(),
    caughtBy: 'log',
  },
  {
    name: 'a synthesized event is logged as one from the agent',
    cores: {
      wrapControlPlane: changingLog((effect) => {
        if (effect.type !== 'SynthesizeEvent') return [effect];
        const { host, rolloutId, payload } = effect;
        return [effect, { type: 'RemoteAppendEventLog', host, rolloutId, payload }];
      }),
    },
    scenario: rebootBeforeReport(),
    caughtBy: 'log',
  },
  {
    name: 'an accepted event is logged twice',
    cores: {
      wrapControlPlane: changingLog((effect) => (effect.type === 'RemoteAppendEventLog' ? [effect, effect] : [effect])),
    },
    scenario: alone([]),
    caughtBy: 'log',
  },
  {
    name: 'an exit code is sent as another than was written',
    cores: {
      wrapAgent: changingSent((event) => (event.type === 'ActivationFailed' ? { ...event, exitCode: 0 } : event)),
    },
    scenario: alone([failActivation]),
    caughtBy: 'log',
  },
  {
    name: 'a deferral is sent as a completed activation',
    cores: {
      wrapAgent: changingSent((event) =>
        event.type === 'ActivationDeferred'
          ? {
              type: 'ActivationCompleted',
              observedCurrentClosure: 'r1-a1',
              exitCode: 0,
              completedAt: event.deferredAt,
              seq: event.seq,
            }
          : event,
      ),
    },
    scenario: alone([deferForever]),
    caughtBy: 'log',
  },
  {
    name: 'a host counts as converged by what runs while another rollout is still at work on it',
    cores: { controlPlane: { isUnderWay: () => false } },
    scenario: backWhileUnderWay(),
    caughtBy: 'what runs',
  },
];

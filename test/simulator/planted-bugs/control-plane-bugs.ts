import {
  CONTROL_PLANE_RULES,
  hostOf,
  type ControlPlaneCore,
  type ControlPlaneEffect,
} from '../../../src/control-plane/index.ts';
import { DEFAULT_SCENARIO } from '../../../src/simulator/index.ts';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import { parts, without } from './control-plane-parts.ts';
import type { PlantedBug } from './planted-bug.ts';
import { alone, failActivation, rebootBeforeReport, sameClosureAgain, STAGED, staged, TOGETHER } from './scenes.ts';

const stopping: readonly PlantedBug[] = [
  {
    name: 'there is no quarantine gate',
    cores: parts(without('quarantine')),
    scenario: sameClosureAgain(),
    caughtBy: 'quarantine',
  },
  {
    name: 'a rollback quarantines nothing',
    cores: parts({
      step: (state, event, now, policy) => {
        const result = CONTROL_PLANE_RULES.step(state, event, now, policy);
        return result.ok
          ? { ...result, effects: result.effects.filter(({ type }) => type !== 'RemoteInsertQuarantine') }
          : result;
      },
    }),
    scenario: sameClosureAgain(),
    caughtBy: 'quarantine',
  },
  {
    name: 'a failed rollout goes on dispatching',
    cores: parts({ mayDispatch: (state) => state === 'Failed' || CONTROL_PLANE_RULES.mayDispatch(state) }),
    scenario: staged([failActivation], { ...TOGETHER, onHealthFailure: 'halt' }),
    caughtBy: 'halt',
  },
  {
    name: 'a superseded rollout goes on dispatching',
    cores: parts({ mayDispatch: (state) => state === 'Superseded' || CONTROL_PLANE_RULES.mayDispatch(state) }),
    scenario: scenarioWith([sketch(TOGETHER)], {
      steps: [after(3, { type: 'publish', rollouts: [sketch({ ...TOGETHER, ref: 'r2' })] })],
    }),
    caughtBy: 'halt',
  },
  {
    name: 'a Terminal rollout is opened again',
    cores: parts({ mayOpen: (_manifest, known) => known === null || known.state === 'Terminal' }),
    scenario: { ...staged(), untilMs: 20 * MINUTE },
    caughtBy: 'once',
  },
  {
    name: 'every dispatch is queued twice',
    cores: {
      wrapControlPlane: (core): ControlPlaneCore => ({
        ...core,
        handle: (controlPlane, input, now) => {
          const handled = core.handle(controlPlane, input, now);
          const effects = handled.effects.flatMap((effect): readonly ControlPlaneEffect[] =>
            effect.type === 'QueueDispatch' ? [effect, effect] : [effect],
          );
          return { ...handled, effects };
        },
      }),
    },
    scenario: staged([], { budgets: [] }),
    caughtBy: 'once',
  },
  {
    name: 'a rollout is Terminal as soon as all of it soaks',
    cores: parts({
      stepRollout: (record, event, now) =>
        event.type === 'WaveAdvanced' && event.toWave <= event.fromWave
          ? CONTROL_PLANE_RULES.stepRollout(
              record,
              { type: 'RolloutTerminal', rolloutId: record.rolloutId, at: event.at },
              now,
            )
          : CONTROL_PLANE_RULES.stepRollout(record, event, now),
    }),
    scenario: staged([], { waves: [['a1', 'a2']] }),
    caughtBy: 'terminal',
  },
  {
    name: 'a rollout never becomes Terminal',
    cores: parts({
      stepRollout: (record, event, now) =>
        event.type === 'RolloutTerminal'
          ? { ok: true, record, effects: [] }
          : CONTROL_PLANE_RULES.stepRollout(record, event, now),
    }),
    scenario: staged(),
    caughtBy: 'terminal',
  },
  {
    name: 'the soak is fixed when the rollout opens, for every wave',
    cores: parts({ soakDueAt: (soakMinutes) => DEFAULT_SCENARIO.startAt + soakMinutes * MINUTE }),
    scenario: scenarioWith([sketch(STAGED)]),
    caughtBy: 'soaked',
  },
];

const knowing: readonly PlantedBug[] = [
  {
    name: 'events are made up for a host that runs another closure',
    cores: parts({
      synthesize: (record, evidence, now) =>
        CONTROL_PLANE_RULES.synthesize(record, { ...evidence, runningClosure: record.targetClosure }, now),
    }),
    scenario: staged(),
    caughtBy: 'never ahead',
  },
  {
    name: 'a synthesized event takes the number of one in transit',
    cores: parts({
      synthesize: (record, evidence, now) => {
        const { snapshot } = evidence;
        const unnumbered = snapshot === null ? null : { ...snapshot, lastEventSeq: 0 };
        return CONTROL_PLANE_RULES.synthesize(record, { ...evidence, snapshot: unnumbered }, now);
      },
    }),
    scenario: rebootBeforeReport(),
    caughtBy: 'never ahead',
  },
  {
    name: 'a duplicate is numbered anew and taken',
    cores: {
      wrapControlPlane: (core): ControlPlaneCore => ({
        ...core,
        handle: (controlPlane, input, now) => {
          if (input.type !== 'EventReceived') return core.handle(controlPlane, input, now);
          const { hostname, rolloutId, event } = input.envelope;
          const last = hostOf(controlPlane, rolloutId, hostname)?.lastEventSeq ?? 0;
          if (event.seq > last) return core.handle(controlPlane, input, now);
          return core.handle(
            controlPlane,
            { ...input, envelope: { ...input.envelope, event: { ...event, seq: last + 1 } } },
            now,
          );
        },
      }),
    },
    scenario: alone([after(0, { type: 'duplicate-messages', hosts: ['a1'], forMs: 60 * MINUTE })]),
    caughtBy: 'never ahead',
  },
  {
    name: 'a record that is taken over as Reverted does not say to what',
    cores: parts({
      takeOver: (record, snapshot) => {
        const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
        return taken === null ? null : { ...taken, revertedTo: null };
      },
    }),
    scenario: alone([failActivation, after(5, { type: 'lose-database', downMs: 20_000 })]),
    caughtBy: 'reverted is back',
  },
];

/** When rollouts open, stop and end, and what the control plane believes of its hosts. */
export const CONTROL_PLANE_BUGS: readonly PlantedBug[] = [...stopping, ...knowing];

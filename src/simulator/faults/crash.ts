import { wholeNumberField } from '../scenario-file/field-types.ts';
import { count } from '../../text/index.ts';
import { z } from 'zod';
import type { SimulatedHost } from '../simulated-host.ts';
import {
  chanceRate,
  nothing,
  onHostsPerHour,
  ratePerHour,
  type FaultKind,
  type FaultWorld,
  type Nothing,
  type OnHosts,
} from './fault.ts';
import { down, optionalSetting, settings } from './step-settings.ts';
import { lastingWords } from './words.ts';

/** The agent process dies, and is started again after `downMs`. */
export interface CrashAgent extends OnHosts {
  readonly type: 'crash';
  /**
   * `null`: at once. Otherwise, while handling the next input with at least this many effects, after performing this
   * many of them. 0 is after the input was taken and before its first effect.
   */
  readonly afterEffects: number | null;
  readonly downMs: number | null;
  /** Whether events not yet on disk are lost. */
  readonly losesTail: boolean;
}

export interface CrashParams {
  readonly 'agent-crash': Nothing;
  /** The agent died after `afterEffects` of the `ofEffects` effects of one input. */
  readonly 'crash-between-effects': { readonly afterEffects: number; readonly ofEffects: number };
  readonly 'tail-lost': { readonly lostEvents: number };
}

export interface CrashRates {
  readonly agentCrashesPerHour: number;
  /** Chance, for each effect, that the agent crashes before performing it. */
  readonly crashBeforeEffect: number;
  /** Chance that a crash loses events not yet on disk. */
  readonly tailLost: number;
}

export const crash: FaultKind<CrashParams, CrashAgent, CrashRates> = {
  faults: {
    'agent-crash': {
      tests: 'the agent finds out what was under way, and resumes it',
      rates: ['agentCrashesPerHour'],
      params: nothing,
      pin: (_params, { hosts, losesTail }) => ({
        step: { type: 'crash', hosts, afterEffects: null, downMs: null, losesTail },
      }),
    },
    'crash-between-effects': {
      tests: 'no effect is lost or performed twice, whenever the crash happens',
      rates: ['crashBeforeEffect'],
      params: z.object({ afterEffects: z.number(), ofEffects: z.number() }),
      detail: ({ afterEffects, ofEffects }) => `after ${afterEffects} of ${count(ofEffects, 'effect')}`,
      pin: ({ afterEffects }, { hosts, losesTail }) => ({
        step: { type: 'crash', hosts, afterEffects, downMs: null, losesTail },
      }),
    },
    'tail-lost': {
      tests: 'only the newest events, not yet on disk, may be lost',
      rates: ['tailLost'],
      params: z.object({ lostEvents: z.number() }),
      detail: ({ lostEvents }) => count(lostEvents, 'event'),
      // Part of the crash that lost it.
      pin: () => null,
    },
  },
  step: {
    do: 'crash',
    ...settings<CrashAgent>({
      downMs: down('down'),
      afterEffects: optionalSetting<number | null>(
        'after-effects',
        { schema: wholeNumberField(0, 100), write: (value) => value },
        null,
        'Crash while handling the next input, after this many effects',
      ),
      losesTail: optionalSetting<boolean>(
        'loses-tail',
        { schema: z.boolean({ error: 'expected true or false' }), write: (value) => value },
        false,
        'Whether events not yet on disk are lost',
      ),
    }),
    faults: ({ afterEffects, losesTail }) => [
      afterEffects === null ? 'agent-crash' : 'crash-between-effects',
      ...(losesTail ? ['tail-lost'] : []),
    ],
    words: ({ afterEffects, downMs, losesTail }) => {
      const after = afterEffects === null ? '' : ` in its next input, after ${count(afterEffects, 'effect')}`;
      return `agent crashes${after}${lastingWords(', down for', downMs)}${losesTail ? ', losing events not yet on disk' : ''}`;
    },
    strikeHost: (world, { afterEffects, downMs, losesTail }, node) => {
      if (afterEffects === null) crashNow(world, node, downMs, losesTail);
      else world.armed(node).crash = { afterEffects, downMs, losesTail };
    },
  },
  rates: {
    agentCrashesPerHour: ratePerHour('agent-crashes-per-hour', 'Crashes of each agent per hour'),
    crashBeforeEffect: chanceRate(
      'crash-before-effect',
      'Chance, for each effect, that the agent crashes before performing it',
    ),
    tailLost: chanceRate('tail-lost', 'Chance that a crash loses events not yet on disk'),
  },
  hooks: onHostsPerHour(
    ({ agentCrashesPerHour }) => agentCrashesPerHour,
    'crash',
    (world, node) => crashNow(world, node, null, world.losesTail(node)),
  ),
};

function crashNow(world: FaultWorld, node: SimulatedHost, downMs: number | null, losesTail: boolean): void {
  if (node.agent === null) return;
  world.fired<CrashParams, 'agent-crash'>('agent-crash', node.name, {});
  restartAgent(world, node, downMs, losesTail);
}

/** Whether the agent dies here, after `at` of the `of` effects of an input. */
export function crashesBetweenEffects(
  world: FaultWorld,
  node: SimulatedHost,
  at: number,
  of: number,
  crashBeforeEffect: number,
): boolean {
  const armed = node.faults?.crash ?? null;
  if (armed !== null && of >= armed.afterEffects && at === armed.afterEffects) {
    world.armed(node).crash = null;
    return crashBetween(world, node, at, of, armed.downMs, armed.losesTail);
  }
  if (crashBeforeEffect === 0 || at === of) return false;
  if (!world.random(node.name, 'effect-crash').happens(crashBeforeEffect)) return false;
  return crashBetween(world, node, at, of, null, world.losesTail(node));
}

function crashBetween(
  world: FaultWorld,
  node: SimulatedHost,
  afterEffects: number,
  ofEffects: number,
  downMs: number | null,
  losesTail: boolean,
): true {
  const params = { afterEffects, ofEffects };
  world.fired<CrashParams, 'crash-between-effects'>('crash-between-effects', node.name, params);
  restartAgent(world, node, downMs, losesTail);
  return true;
}

function restartAgent(world: FaultWorld, node: SimulatedHost, downMs: number | null, losesTail: boolean): void {
  const lostEvents = node.crash(losesTail);
  if (lostEvents > 0) world.fired<CrashParams, 'tail-lost'>('tail-lost', node.name, { lostEvents });
  node.startAgent(downMs ?? world.draw(world.durations.agentRestart, node.name, 'duration'), false);
}

import { describe, expect, it } from 'vitest';
import type { HealthFailurePolicy } from '../../../src/machine/events.ts';
import { criteriaOf, playablePaths } from '../../../src/visualize/play/playable-paths.ts';
import { chartOfSession, jump, newSession, replaySession, type Session } from '../../../src/visualize/play/session.ts';
import { takenBy } from '../../../src/visualize/play/taken.ts';

const sessions: readonly Session[] = (['rollback-and-halt', 'halt'] satisfies HealthFailurePolicy[]).flatMap(
  (onHealthFailure): Session[] => [
    { ...newSession, onHealthFailure, side: 'both' },
    { ...newSession, onHealthFailure, machine: 'rollout', side: 'control-plane' },
  ],
);

describe('the branch taken by an event', () => {
  it.each(sessions)('is the one with its effects: $machine, $onHealthFailure', (session) => {
    let moments = 0;
    for (const criterion of criteriaOf(session)) {
      for (const path of playablePaths(session, criterion).paths) {
        const played = jump(path.session, path.session.events.length);
        const model = chartOfSession(played);
        for (const moment of replaySession(played)) {
          const taken = takenBy(model, played, moment);
          expect(taken === null).toBe(!moment.result.ok);
          if (taken === null || !moment.result.ok) continue;
          const branch = model.states
            .find(({ name }) => name === taken.state)
            ?.events.find(({ type }) => type === taken.event)?.branches[taken.branch];
          expect(branch?.target ?? null).toBe(taken.target);
          expect(branch?.effects.map(({ type }) => type)).toEqual(moment.result.effects.map(({ type }) => type));
          moments += 1;
        }
      }
    }
    expect(moments).toBeGreaterThan(20);
  });
});

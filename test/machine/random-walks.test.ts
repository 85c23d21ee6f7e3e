import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '../../src/machine/events.ts';
import { step } from '../../src/machine/step.ts';
import { hostEvent, hostRolloutState, rolloutPolicy } from '../support/arbitraries.ts';
import { withoutMessage } from '../support/assert-step.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { oracle } from '../support/oracle.ts';
import { startActor } from '../support/run-on-actor.ts';

// XState warns of every event that comes after a final state; that such events change nothing is what is tested here.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** Any events, most of them numbered so that they get past the first refusal, and the others as chance has it. */
const events: fc.Arbitrary<readonly HostEvent[]> = fc
  .array(fc.tuple(hostEvent, fc.constantFrom('next', 'next', 'next', 'any')), { maxLength: 30 })
  .map((list) => list.map(([event, numbering], index) => (numbering === 'any' ? event : { ...event, seq: index + 1 })));

describe('on random events in random order', () => {
  it('step, the XState actor and the specification say the same, event after event', () => {
    fc.assert(
      fc.property(hostRolloutState, rolloutPolicy, events, (anyRecord, policy, happened) => {
        const start = { ...anyRecord, lastEventSeq: 0 };
        const actor = startActor(start, policy);
        let record = start;
        for (const event of happened) {
          const byStep = step(deepFreeze(record), event, 0, policy);
          expect(withoutMessage(byStep)).toEqual(oracle(record, event, policy));
          expect(actor.send(event)).toEqual(byStep);
          if (byStep.ok) record = byStep.state;
        }
        actor.stop();
      }),
      { numRuns: 200 },
    );
  });

  it('lastEventSeq only ever rises, by accepted events alone', () => {
    fc.assert(
      fc.property(hostRolloutState, rolloutPolicy, events, (start, policy, happened) => {
        let record = start;
        for (const event of happened) {
          const result = step(record, event, 0, policy);
          if (!result.ok) continue;
          expect(result.state.lastEventSeq).toBe(event.seq);
          expect(event.seq).toBeGreaterThan(record.lastEventSeq);
          record = result.state;
        }
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostEffect } from '../../src/machine/effects.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { toHostEvent } from '../../src/machine/index.ts';
import { decodeEnvelope } from '../../src/wire/index.ts';
import { encodeEnvelope } from '../../src/wire/index.ts';
import type { TestPath } from '../../src/testing/index.ts';
import { assertStep, walkByOracle } from '../support/assert-step.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { everyGeneration, type Generated } from '../support/generated-paths.ts';
import { oracle } from '../support/oracle.ts';
import { startActor } from '../support/run-on-actor.ts';

const emittedBy = (effects: readonly HostEffect[]): readonly OutboundEvent[] =>
  effects.flatMap((effect) => (effect.type === 'LocalEmitEvent' ? [effect.payload] : []));

/** Written by the control plane's clock, so the two copies need not agree. */
const withoutDispatchedAt = ({ dispatchedAt: _, ...record }: HostRolloutState) => record;

/** The event as received: encoded, sent as text, and decoded. */
function overTheWire({ hostname }: HostRolloutState, rolloutId: string, event: OutboundEvent): OutboundEvent {
  const text = JSON.stringify(encodeEnvelope({ hostname, rolloutId, event, signature: null }));
  const decoded = decodeEnvelope(JSON.parse(text));
  if (!decoded.ok) throw new Error(decoded.problems.map(({ message }) => message).join(' '));
  return decoded.value.event;
}

const DIFFERENT_CLOCK_MS = 1_234;

/** Runs the path on an agent, and on a control plane that learns of it only over the wire. */
function runBoth(path: TestPath): void {
  let agent = path.start;
  let mirror: HostRolloutState = { ...path.start, dispatchedAt: path.start.dispatchedAt + DIFFERENT_CLOCK_MS };
  walkByOracle(path, ({ event, now }, _before, expected, index) => {
    const local = step(agent, event, now, path.policy);
    assertStep(path, index, local, expected);
    const reports = local.ok ? emittedBy(local.effects) : [];
    assert.equal(reports.length, local.ok ? 1 : 0);
    if (local.ok) agent = local.state;
    for (const report of reports) {
      const remoteEvent = toHostEvent(overTheWire(agent, agent.rolloutId, report));
      const remote = step(mirror, remoteEvent, now, path.policy);
      assertStep(path, index, remote, oracle(mirror, remoteEvent, path.policy));
      if (remote.ok) mirror = remote.state;
    }
    assert.deepEqual(withoutDispatchedAt(mirror), withoutDispatchedAt(agent));
  });
}

/** `step` is tested with every odd value. The others get a sample, or all of them with NIGHTLY=1. */
const sampled = ({ criterion, generation: { paths } }: Generated): readonly TestPath[] =>
  criterion === 'values' && process.env['NIGHTLY'] !== '1' ? paths.filter((_, at) => at % 7 === 0) : paths;

// XState warns about events after a final state. These tests check that they change nothing.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

// In one file, because generating the paths takes longer than walking them.
describe.each(everyGeneration)('at every event of $title', (generated) => {
  it('step does what the specification says', () => {
    const { paths } = generated.generation;
    for (const path of paths) {
      walkByOracle(path, ({ event, now }, before, expected, index) => {
        const actual = step(deepFreeze(before), deepFreeze(event), now, deepFreeze(path.policy));
        assertStep(path, index, actual, expected);
      });
    }
    expect(paths.length).toBeGreaterThan(0);
  });

  it('an XState actor of the chart does what the specification says', () => {
    const paths = sampled(generated);
    for (const path of paths) {
      const actor = startActor(path.start, path.policy);
      walkByOracle(path, ({ event }, _before, expected, index) => {
        assertStep(path, index, actor.send(event), expected);
      });
      actor.stop();
    }
    expect(paths.length).toBeGreaterThan(0);
  });
});

const ofAgents = everyGeneration.filter(({ side }) => side === 'agent');

it.each(ofAgents)('agent and mirror stay equal at every event of $title', (generated) => {
  const paths = sampled(generated);
  for (const path of paths) runBoth(path);
  expect(paths.length).toBeGreaterThan(0);
});

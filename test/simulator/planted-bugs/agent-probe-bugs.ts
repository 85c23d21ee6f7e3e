import { AGENT_RULES, type DeclaredProbe, type UnnumberedEvent } from '../../../src/agent/index.ts';
import { afterEvent, agent, agentEffect, agentEffects, agentInput, agentStep, neverEmits } from './broken-agent.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const declared = (change: (probe: DeclaredProbe) => DeclaredProbe) =>
  agent({ declaredProbes: (definitions) => AGENT_RULES.declaredProbes(definitions).map(change) });

const yields = (change: (events: readonly UnnumberedEvent[]) => readonly UnnumberedEvent[]) =>
  agent({ probeEvents: (...args) => change(AGENT_RULES.probeEvents(...args)) });

const withoutType = (type: UnnumberedEvent['type']) =>
  yields((events) => events.filter((event) => event.type !== type));

/** Reported reasons are not cut at 4,096 bytes but at this many characters. */
const reasonsCutAt = (characters: number) =>
  agentEffects((effect, _agent, input) => {
    if (effect.type !== 'LocalEmitEvent' || effect.payload.type !== 'ProbeResult') return [effect];
    const whole = input.type === 'ProbeOutcome' ? input.failureReason : effect.payload.failureReason;
    return [{ ...effect, payload: { ...effect.payload, failureReason: whole?.slice(0, characters) ?? null } }];
  });

/** Rule 5: probes run, and what they find is reported. */
export const AGENT_PROBE_BUGS: readonly RuleBug[] = [
  ...rule('agent 5: which probes run, and when', [
    ['never', 'probes are never started', agentEffect('StartProbes', () => [])],
    ['never', 'probes are never stopped', agentEffect('StopProbes', () => [])],
    [
      'never',
      'the last probe is never started',
      agentEffect('StartProbes', (effect) => [{ ...effect, probes: effect.probes.slice(0, -1) }]),
    ],
    ['too early or too often', 'probes run every second', declared((probe) => ({ ...probe, intervalMs: 1000 }))],
    [
      'too early or too often',
      'probes run twice as often as declared',
      declared((probe) => ({ ...probe, intervalMs: probe.intervalMs / 2 })),
    ],
    [
      'never',
      'probes run ten times less often',
      declared((probe) => ({ ...probe, intervalMs: probe.intervalMs * 10 })),
    ],
    ['never', 'a probe runs once', declared((probe) => ({ ...probe, intervalMs: 7 * 24 * 3_600_000 }))],
    [
      'too early or too often',
      'disabled probes run too',
      agentEffect('StartProbes', (effect, { probes }) => [{ ...effect, probes }]),
    ],
    [
      'wrong one',
      'disabled probes count as enforce',
      declared((probe) => (probe.mode === 'disabled' ? { ...probe, mode: 'enforce' } : probe)),
    ],
    [
      'wrong one',
      'observe probes count as enforce',
      declared((probe) => (probe.mode === 'observe' ? { ...probe, mode: 'enforce' } : probe)),
    ],
    [
      'wrong one',
      'enforce probes count as observe',
      declared((probe) => (probe.mode === 'enforce' ? { ...probe, mode: 'observe' } : probe)),
    ],
    [
      'wrong one',
      'an unknown mode counts as observe',
      agent({
        declaredProbes: (definitions) =>
          AGENT_RULES.declaredProbes(
            definitions.map((probe) =>
              ['enforce', 'observe', 'disabled'].includes(probe.mode) ? probe : { ...probe, mode: 'observe' },
            ),
          ),
      }),
    ],
  ]),
  ...rule('agent 5: the declared set', [
    ['never', 'the declared set is not reported', neverEmits('ProbeTopologyDeclared')],
    [
      'too early or too often',
      'the declared set is reported with every first result',
      yields((events) =>
        events.some(({ type }) => type === 'LocalProbeObservedFirst')
          ? [{ type: 'LocalProbeTopologyDeclared', probes: [], declaredAt: 0 }, ...events]
          : events,
      ),
    ],
    [
      'wrong one',
      'the declared set leaves out what is not enforced',
      agentStep((accepted, event) =>
        event.type !== 'LocalProbeTopologyDeclared'
          ? accepted
          : {
              ...accepted,
              effects: accepted.effects.map((effect) =>
                effect.type === 'LocalEmitEvent' && effect.payload.type === 'ProbeTopologyDeclared'
                  ? {
                      ...effect,
                      payload: {
                        ...effect.payload,
                        probes: effect.payload.probes.filter(({ mode }) => mode === 'enforce'),
                      },
                    }
                  : effect,
              ),
            },
      ),
    ],
  ]),
  ...rule('agent 5: what a run yields', [
    ['never', 'no result is reported', withoutType('LocalProbeResult')],
    ['never', 'that a probe was seen first is not reported', withoutType('LocalProbeObservedFirst')],
    ['never', 'the first failure is not reported', withoutType('LocalProbeFailureFirst')],
    [
      'too early or too often',
      'every run is a first one',
      agent({ probeEvents: (probe, _previous, outcome, now) => AGENT_RULES.probeEvents(probe, null, outcome, now) }),
    ],
    [
      'too early or too often',
      'a failure is a first one although the run before failed too',
      agent({
        probeEvents: (probe, previous, outcome, now) =>
          AGENT_RULES.probeEvents(probe, previous === 'fail' ? 'pass' : previous, outcome, now),
      }),
    ],
    ['wrong one', 'the result comes before what it is the first of', yields((events) => events.toReversed())],
    [
      'wrong one',
      'a failed run is reported as passed',
      agentInput('ProbeOutcome', (input) => ({ ...input, status: 'pass' })),
    ],
    [
      'wrong one',
      'a passed run is reported as failed',
      agentInput('ProbeOutcome', (input) => ({ ...input, status: 'fail', failureReason: 'none' })),
    ],
    [
      'wrong one',
      'only the first run is believed',
      agent({
        acceptsProbeOutcome: (state, outcome) =>
          AGENT_RULES.acceptsProbeOutcome(state, outcome) &&
          state.probeRuns.statuses[state.probes.findIndex(({ probeName }) => probeName === outcome.probeName)] === null,
      }),
    ],
    [
      'wrong one',
      'sub-results are not passed on',
      agentInput('ProbeOutcome', (input) => ({ ...input, subResults: null })),
    ],
    [
      'wrong one',
      'why a probe failed is not passed on',
      agentInput('ProbeOutcome', (input) => ({ ...input, failureReason: null })),
    ],
    [
      'wrong one',
      'controls that are met are not passed on',
      agentInput('ProbeOutcome', (input) => ({
        ...input,
        subResults: input.subResults?.filter(({ status }) => status === 'fail') ?? null,
      })),
    ],
    [
      'wrong one',
      'an override without a reason is passed on as none',
      agentInput('ProbeOutcome', (input) => ({
        ...input,
        subResults: input.subResults?.map((one) => ({ ...one, overrideReason: one.overrideReason || null })) ?? null,
      })),
    ],
    [
      'never',
      'a result that is older than the last one is ignored',
      afterEvent('LocalProbeResult', ({ probes }, before) => ({
        probes: Object.fromEntries(
          Object.entries(probes).map(([name, probe]) => {
            const last = Object.hasOwn(before.probes, name) ? before.probes[name] : undefined;
            return [name, last !== undefined && last.lastObservedAt > probe.lastObservedAt ? last : probe];
          }),
        ),
      })),
    ],
    [
      'wrong one',
      'an empty list of controls is passed on as none',
      agentInput('ProbeOutcome', (input) => ({
        ...input,
        subResults: input.subResults?.length ? input.subResults : null,
      })),
    ],
    [
      'never',
      'a probe that is named like a property of every object is not believed',
      agentInput('ProbeOutcome', (input) => (input.probeName in {} ? null : input)),
    ],
    [
      'never',
      'a probe with an empty name is not believed',
      agentInput('ProbeOutcome', (input) => (input.probeName ? input : null)),
    ],
    ['too early or too often', 'a long reason is cut in characters', reasonsCutAt(4096)],
    ['too early or too often', 'a reason is cut at 256 characters', reasonsCutAt(256)],
    [
      'wrong one',
      'the result of one probe is reported for another',
      agentInput('ProbeOutcome', (input, { probes }) => ({
        ...input,
        probeName: probes[0]?.probeName ?? input.probeName,
      })),
    ],
    [
      'wrong one',
      'failing controls make no failing probe',
      agentInput('ProbeOutcome', (input) => (input.subResults === null ? input : { ...input, status: 'pass' })),
    ],
  ]),
  ...rule('agent 5: results of stopped probes', [
    [
      'too early or too often',
      'the results of stopped probes are believed once they run again',
      agent({
        acceptsProbeOutcome: (state, outcome) =>
          state.probeRuns.isRunning && outcome.rolloutId === state.activeRolloutId,
      }),
    ],
    ['never', 'no result is ever believed', agent({ acceptsProbeOutcome: () => false })],
    [
      'never',
      'what probes found before is kept when they are reset',
      afterEvent('LocalActivationCompleted', (_after, { probes }) => ({ probes })),
    ],
  ]),
];

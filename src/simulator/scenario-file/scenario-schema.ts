import { z } from 'zod';
import { hostStates } from '../../machine/index.ts';
import type { GateName } from '../../control-plane/index.ts';
import { rolloutMachine } from '../../rollout/index.ts';
import { FAULT_NAMES } from '../faults/index.ts';
import { shapeOfFields } from './fields.ts';
import {
  AGENT_FIELDS,
  DURATION_FIELDS,
  EXTENSION_FIELDS,
  NETWORK_FIELDS,
  RATE_FIELDS,
  SETTLE_FIELDS,
} from './settings-fields.ts';
import { duration, hosts, name, section, textField, wholeNumberField } from './field-types.ts';
import { clockDrift, fleet, probeRun, release } from './fleet-schema.ts';
import { stepSchema } from './step-schemas.ts';

const CLOCK_ERROR = 'expected how far the clock is off, such as 30s ahead or 2m behind';

const hostEntry = section({
  hosts,
  joins: duration.optional().describe('When these hosts join, since the start of the run'),
  clock: z
    .string({ error: CLOCK_ERROR })
    .regex(/^.{1,60} (?:ahead|behind)$/, { error: CLOCK_ERROR })
    .optional()
    .describe('How far off their clocks are, such as 30s ahead'),
  'drift-ppm': clockDrift.optional().describe('How much faster their clocks run, in parts per million'),
  running: name.optional().describe('The closure that runs at the start; "the new one" for hosts with nothing to do'),
});

const probeEntry = section({
  hosts: hosts.optional().describe('Default: all hosts'),
  run: z.array(probeRun, { error: 'expected a list of probes' }).max(100, { error: 'expected at most 100 probes' }),
});

const oneOf = <const Names extends readonly [string, ...string[]]>(
  names: Names,
): z.ZodEnum<{ [Name in Names[number]]: Name }> => z.enum(names, { error: `expected one of: ${names.join(', ')}` });

// Safe: these are the charts' states and the gates' names, and no list is empty.
const hostState = oneOf([...hostStates] as [string, ...string[]]);
const rolloutState = oneOf(Object.keys(rolloutMachine.states) as [string, ...string[]]);

const GATE_NAMES = {
  quarantine: true,
  'channel-edges': true,
  'wave-promotion': true,
  'wave-promotion-host-unstaged': true,
  'host-edge': true,
  'disruption-budget': true,
  'compliance-wave': true,
  extension: true,
} as const satisfies Record<GateName, true>;
// Safe: there are gates.
const gateName = oneOf(Object.keys(GATE_NAMES) as [string, ...string[]]);
const faultName = oneOf(FAULT_NAMES);

const expectation = section({
  outcome: oneOf(['terminal', 'not-terminal', 'invariant-broken']).optional().describe('The outcome of the run'),
  exit: z
    .union([z.literal(0), z.literal(2), z.literal(3)], { error: 'expected 0, 2 or 3' })
    .optional()
    .describe('The exit code of `simulate`'),
  rollouts: z
    .record(z.string(), rolloutState, { error: 'expected states by channel' })
    .optional()
    .describe('The state of the newest rollout of a channel'),
  hosts: z
    .record(z.string(), hostState, { error: 'expected states by host' })
    .optional()
    .describe('The state of hosts in the newest rollout, by name or pattern'),
  fired: z
    .array(faultName, { error: 'expected a list of faults' })
    .max(100)
    .optional()
    .describe('Faults that happen at least once'),
  held: z
    .array(gateName, { error: 'expected a list of gates' })
    .max(100)
    .optional()
    .describe('Gates that hold at least one host'),
});

/** The schema of scenario files. The reader builds a scenario from its output. */
export const SCENARIO_SHAPE = {
  title: textField.optional(),
  about: textField.optional().describe('What the scenario shows'),
  seed: wholeNumberField(0).optional().describe('Seed of all randomness (default: 1)'),
  starts: textField.optional().describe('The date and time at which the run starts'),
  lasts: duration.optional().describe('The latest end of the run (default: 30d)'),
  fleet,
  ...release,
  hosts: z.array(hostEntry, { error: 'expected a list' }).max(10_000).optional().describe('Settings of some hosts'),
  probes: z.array(probeEntry, { error: 'expected a list' }).max(1000).optional().describe('Which probes hosts run'),
  durations: section(shapeOfFields(DURATION_FIELDS)).optional().describe('How long things take'),
  network: section(shapeOfFields(NETWORK_FIELDS)).optional().describe('Latency, timeouts and polling'),
  agent: section(shapeOfFields(AGENT_FIELDS)).optional().describe('The settings of the agents'),
  rates: section(shapeOfFields(RATE_FIELDS)).optional().describe('How often faults happen at random'),
  settle: section(shapeOfFields(SETTLE_FIELDS))
    .optional()
    .describe('When faults stop, and by when every host must have finished'),
  extensions: section(shapeOfFields(EXTENSION_FIELDS))
    .optional()
    .describe('Gates that are not in the protocol, to try them out'),
  steps: z
    .array(stepSchema, { error: 'expected a list of steps' })
    .max(100_000)
    .optional()
    .describe('What happens, and when'),
  expect: expectation.optional().describe('The expected result of the run'),
} as const;

export const scenarioSchema = section(SCENARIO_SHAPE);
export type ScenarioFile = z.output<typeof scenarioSchema>;
export type FileHostEntry = z.output<typeof hostEntry>;
export type FileProbeEntry = z.output<typeof probeEntry>;

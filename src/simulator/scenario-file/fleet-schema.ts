import { z } from 'zod';
import { MAX_FLEET_HOSTS } from '../generate-fleet.ts';
import {
  closures,
  channelRef,
  duration,
  hostPatterns,
  name,
  number,
  percentage,
  section,
  textField,
  wholeNumberField,
} from './field-types.ts';

export const MAX_WAVES = 1000;

const MANY = { error: `expected at most ${MAX_WAVES}` };
const SHARE_ERROR = 'expected a number of hosts, or a percentage such as 10%';

/** A number of hosts, or a percentage of them. */
const share = z
  .union([wholeNumberField(0, MAX_FLEET_HOSTS), percentage(SHARE_ERROR)], { error: SHARE_ERROR })
  .meta({ description: 'A number of hosts, or a percentage such as 10%', examples: [2, '10%'] });

const wave = section({
  hosts: z
    .union([share, name, z.array(name).max(MAX_FLEET_HOSTS)], {
      error: 'expected hosts or patterns such as web-*, a number of hosts, a percentage such as 10%, or `the rest`',
    })
    .describe('Names, patterns, a number, a percentage, or `the rest`; numbers take hosts in order of name'),
  soak: duration.optional().describe('How long hosts of this wave must stay healthy'),
});

const compliance = z.enum(['disabled', 'permissive', 'enforce'], { error: 'expected disabled, permissive or enforce' });
const onFailure = z.enum(['halt', 'rollback-and-halt'], { error: 'expected halt or rollback-and-halt' });

const channel = section({
  hosts: z
    .union(
      [
        wholeNumberField(0, MAX_FLEET_HOSTS),
        z.array(name).max(MAX_FLEET_HOSTS),
        z.record(z.string(), wholeNumberField(0, MAX_FLEET_HOSTS)),
      ],
      {
        error:
          'expected a number of hosts, a list of names, or a mapping from kinds of hosts to their number, such as {web: 12, api: 6}',
      },
    )
    .describe('A number, names, or how many of each kind; {web: 3} gives web-01 to web-03 with the tag web'),
  waves: z
    .union([wholeNumberField(0, MAX_WAVES), z.array(wave).max(MAX_WAVES, MANY)], {
      error: 'expected a number of waves, or a list of them',
    })
    .optional()
    .describe('A number (the first waves are small), or a list'),
  soak: duration.optional().describe('How long hosts must stay healthy, unless the wave sets it (default: 10m)'),
  'on-failure': onFailure.optional().describe('What a host does when it fails (default: rollback-and-halt)'),
  'waits-for': hostPatterns.optional().describe('Channels that must be Terminal before this one starts'),
  compliance: compliance.optional().describe('Whether failing evidence probes hold later waves (default: disabled)'),
  freshness: duration.optional().describe('How long agents act on a manifest after it was signed (default: 4h)'),
});

const budget = section({
  all: z.literal(true, { error: 'expected true' }).optional(),
  hosts: hostPatterns.optional(),
  channel: name.optional(),
  tags: z.array(name).max(100).optional().describe('Hosts with every one of these tags'),
  tag: name.optional(),
  'at-most': share.describe('How many of them may be in flight at once'),
});

const edge = section({
  hosts: hostPatterns,
  'waits-for': hostPatterns,
  because: textField.optional(),
});

/** Three ways to define a fleet: a file, a number of hosts, or channels. */
export const fleet = section({
  file: textField.optional().describe('A fleet.resolved.json, beside the scenario'),
  hosts: wholeNumberField(1, MAX_FLEET_HOSTS)
    .optional()
    .describe('A fleet with this many hosts, generated from the seed'),
  waves: wholeNumberField(1, MAX_WAVES).optional().describe('With hosts: how many waves each channel has'),
  channels: z.record(z.string(), channel, { error: 'expected channels by name' }).optional(),
  tags: z
    .record(z.string(), hostPatterns, { error: 'expected hosts by tag' })
    .optional()
    .describe('Which hosts carry a tag'),
  budgets: z.array(budget).max(1000).optional().describe('How many hosts may be in flight at once'),
  edges: z.array(edge).max(10_000).optional().describe('Hosts that wait for other hosts'),
});

export type FileChannel = z.output<typeof channel>;
export type FileWave = z.output<typeof wave>;
export type FileBudget = z.output<typeof budget>;
export type FileEdge = z.output<typeof edge>;

export const release = {
  ref: channelRef.optional().describe('The channel ref to roll out (default: the commit of the fleet file)'),
  closures: closures.optional().describe('What is new (default: the fleet as described is the new release)'),
};

export const probeRun = section({
  name,
  mode: z
    .enum(['enforce', 'observe', 'disabled'], { error: 'expected enforce, observe or disabled' })
    .optional()
    .describe('What a failure does: gate, be recorded, or nothing because the probe does not run (default: enforce)'),
  every: duration.optional().describe('From the start of one run to the next (default: 60s)'),
  kind: name.optional().describe('http, systemd or the like'),
});

export const clockDrift = number(-100_000, 100_000, 'millionths');

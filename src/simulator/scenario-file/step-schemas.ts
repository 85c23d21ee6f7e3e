import { z } from 'zod';
import { channelRef, duration, hosts, name, number, section, text, when, wholeNumber } from './field-types.ts';

const timing = {
  at: duration.optional().describe('When, since the start of the run'),
  when: when.optional(),
  after: duration.optional().describe('How long after `when`'),
  note: text.optional().describe('A remark for readers; means nothing'),
};

const onHosts = { ...timing, hosts };
const down = duration.optional().describe('How long it is down; drawn as usual if left out');
const forHowLong = duration.optional().describe('How long it lasts; to the end if left out');
const times = wholeNumber(1, 1_000_000).optional().describe('How many times; always if left out');
const exitCode = wholeNumber(1, 255).optional().describe('Exit code, 4 unless given');
const probe = name.optional().describe('Which probe; every enforce probe if left out');

/** The mapping from patterns of hosts to closures, or a new one for every host. */
export const closures = z.union(
  [z.literal('new for every host'), z.record(z.string(), name, { error: 'expected closures by host' })],
  { error: 'expected "new for every host", or a mapping from hosts (or patterns such as web-*) to closures' },
);

export type FileClosures = z.output<typeof closures>;

/** One kind of step for each `do`. What each does is in `ScenarioAction`. */
export const STEP_SCHEMAS = {
  crash: section({
    do: z.literal('crash'),
    ...onHosts,
    down,
    'after-effects': wholeNumber(0, 100)
      .optional()
      .describe('In the middle of the next input: after so many of its effects'),
    'loses-tail': z
      .boolean({ error: 'expected true or false' })
      .optional()
      .describe('Whether events that were not on disk are lost'),
  }),
  reboot: section({ do: z.literal('reboot'), ...onHosts, off: down }),
  'take-offline': section({
    do: z.literal('take-offline'),
    ...onHosts,
    for: duration.optional().describe('For good if left out'),
  }),
  partition: section({ do: z.literal('partition'), ...onHosts, for: duration }),
  'slow-link': section({
    do: z.literal('slow-link'),
    ...onHosts,
    extra: duration.describe('What each message takes longer, one way'),
    for: duration,
  }),
  'lose-messages': section({
    do: z.literal('lose-messages'),
    ...onHosts,
    what: z.enum(['requests', 'answers', 'both'], { error: 'expected requests, answers or both' }).optional(),
    for: duration,
  }),
  'duplicate-messages': section({ do: z.literal('duplicate-messages'), ...onHosts, for: duration }),
  'restart-control-plane': section({ do: z.literal('restart-control-plane'), ...timing, down }),
  'lose-database': section({ do: z.literal('lose-database'), ...timing, down }),
  'fail-activation': section({ do: z.literal('fail-activation'), ...onHosts, 'exit-code': exitCode, times }),
  'wrong-closure': section({ do: z.literal('wrong-closure'), ...onHosts, closure: name, times }),
  'defer-activation': section({
    do: z.literal('defer-activation'),
    ...onHosts,
    component: name.optional().describe('What cannot be swapped on a running system; dbus unless given'),
    'reboot-after': duration.optional().describe('When an operator reboots the host; nobody does if left out'),
    times,
  }),
  'fail-probe': section({ do: z.literal('fail-probe'), ...onHosts, probe, for: forHowLong }),
  'flap-probe': section({ do: z.literal('flap-probe'), ...onHosts, probe, period: duration, for: forHowLong }),
  'silence-probe': section({ do: z.literal('silence-probe'), ...onHosts, probe, for: forHowLong }),
  'fail-rollback': section({ do: z.literal('fail-rollback'), ...onHosts, 'exit-code': exitCode, times }),
  'set-clock': section({
    do: z.literal('set-clock'),
    ...onHosts,
    ahead: duration.optional(),
    behind: duration.optional(),
    'drift-ppm': number(-100_000, 100_000, 'millionths').optional(),
  }),
  publish: section({
    do: z.literal('publish'),
    ...timing,
    ref: channelRef.describe('The channel ref of the new release'),
    closures: closures.optional().describe('What is new; every host gets a new closure if left out'),
    channels: z.array(name).max(1000).optional().describe('Only these; all if left out'),
  }),
} as const;

export type StepName = keyof typeof STEP_SCHEMAS;
export type StepOf<Name extends StepName> = z.output<(typeof STEP_SCHEMAS)[Name]>;
export type FileStep = { readonly [Name in StepName]: StepOf<Name> }[StepName];

export const STEP_NAMES: readonly StepName[] = Object.keys(STEP_SCHEMAS) as StepName[]; // Its own keys, no others.

const S = STEP_SCHEMAS;
export const step = z.discriminatedUnion('do', [
  S.crash,
  S.reboot,
  S['take-offline'],
  S.partition,
  S['slow-link'],
  S['lose-messages'],
  S['duplicate-messages'],
  S['restart-control-plane'],
  S['lose-database'],
  S['fail-activation'],
  S['wrong-closure'],
  S['defer-activation'],
  S['fail-probe'],
  S['flap-probe'],
  S['silence-probe'],
  S['fail-rollback'],
  S['set-clock'],
  S.publish,
]);

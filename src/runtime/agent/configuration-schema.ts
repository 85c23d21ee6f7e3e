import { z } from 'zod';
import { configurationJsonSchema, reportSettings } from '../shared/report-settings.ts';
import { DEFAULT_AGENT_SETTINGS } from '../../agent/index.ts';

const text = z.string('a string').min(1, 'a string that is not empty');
const command = z.array(text, 'a list: a program and its arguments').min(1, 'a list: a program and its arguments');
const positive = z.number('a number above 0').positive('a number above 0').max(1e9, 'a number up to 1000000000');
const whole = z
  .int('a whole number from 1')
  .min(1, 'a whole number from 1')
  .max(1e9, 'a whole number up to 1000000000');

const webAddress = z
  .string('an address with http: or https:')
  .refine((address) => /^https?:$/.test(URL.parse(address)?.protocol ?? ''), 'an address with http: or https:');

const everyProbe = {
  name: text.describe('Its name in reports.'),
  mode: z
    .enum(['enforce', 'observe', 'disabled'], 'enforce, observe or disabled')
    .default('enforce')
    .describe('`enforce` gates the rollout, `observe` is only recorded, `disabled` does not run.'),
  intervalSecs: positive.default(30).describe('From the end of one run to the start of the next; at least 5.'),
  timeoutSecs: positive.default(10).describe('A run that takes longer is stopped and counts as failed.'),
};

const probe = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      ...everyProbe,
      kind: z.literal('http'),
      url: webAddress.describe('The address to request with GET.'),
      expectStatus: z
        .int('a status')
        .min(100)
        .max(599)
        .optional()
        .describe('The expected status (default: any from 200 to 299).'),
    }),
    z.strictObject({
      ...everyProbe,
      kind: z.literal('tcp'),
      address: text.default('127.0.0.1').describe('The address to connect to.'),
      port: z.int('a port').min(1, 'a port').max(65_535, 'a port').describe('The port to connect to.'),
    }),
    z.strictObject({ ...everyProbe, kind: z.literal('exec'), command: command.describe('Exit code 0 passes.') }),
    z.strictObject({
      ...everyProbe,
      kind: z.literal('evidence'),
      command: command.describe('Prints its controls as a JSON list: see docs/operating.md.'),
    }),
  ],
  'a probe of the kind http, tcp, exec or evidence',
);

const { retry, ...defaults } = DEFAULT_AGENT_SETTINGS;

/** The configuration file of `agent`. @internal */
export const agentConfigurationSchema = z.strictObject(
  {
    $schema: z.string('text').optional().describe('The path of this schema, for editors.'),
    hostname: text.optional().describe("The host's name in the fleet file (default: the name of this machine)."),
    stateDirectory: text.describe('A separate folder for the outbox and job files.'),
    controlPlane: z
      .strictObject(
        {
          url: webAddress.describe('The address on which it serves agents.'),
          tls: z
            .strictObject(
              {
                certFile: text.describe("The host's certificate, in PEM. Its name must be the host's name."),
                keyFile: text.describe('Its private key, in PEM.'),
                caFile: text
                  .optional()
                  .describe("The authority of the control plane's certificate (default: the system's)."),
              },
              'an object',
            )
            .optional()
            .describe('The certificates for an address with https.'),
        },
        'an object',
      )
      .describe('The control plane of this host.'),
    manifests: z
      .strictObject(
        {
          path: text.describe('A fleet file, or a folder of them.'),
          publicKeyFiles: z
            .array(text, 'a list of files')
            .default([])
            .describe('Ed25519 keys in PEM. One of them must have signed a fleet file; the signature is in FILE.sig.'),
          acceptUnsigned: z.boolean('true or false').default(false).describe('For tests only.'),
        },
        'an object',
      )
      .describe('The fleet files with which dispatches must agree.'),
    activation: z
      .strictObject(
        {
          activate: command.describe('Switches to a closure. `{closure}` in an argument stands for it.'),
          rollback: command.optional().describe('Switches back (default: the same as `activate`).'),
          timeoutSecs: positive.default(3600).describe('A command that takes longer is killed and counts as failed.'),
        },
        'an object',
      )
      .describe('The commands that switch and switch back.'),
    runningClosure: z
      .union(
        [
          z.strictObject({ link: text.describe('A symlink to the running closure, whose name is its last part.') }),
          z.strictObject({ command: command.describe('Prints the running closure.') }),
        ],
        'an object with either `link` or `command`',
      )
      .default({ link: '/run/current-system' })
      .describe('How to find the closure that runs.'),
    bootIdFile: text
      .optional()
      .describe('A file whose text changes with every reboot (default: the one that Linux provides).'),
    probes: z
      .array(probe, 'a list of probes')
      .max(100, 'at most 100 probes')
      .default([])
      .describe('What is checked while the host soaks.'),
    settings: z
      .strictObject(
        {
          tickSecs: positive.default(defaults.tickSecs).describe('How often the agent checks what is due.'),
          heartbeatSecs: positive.default(defaults.heartbeatSecs).describe('How often it sends a heartbeat.'),
          bootAnswerSecs: positive
            .default(defaults.bootAnswerSecs)
            .describe('How long it waits for an answer after a boot.'),
          sustainedFailureSecs: positive
            .default(defaults.sustainedFailureSecs)
            .describe('How long enforce probes must fail before the host fails.'),
          maxUndeliveredEvents: whole
            .default(defaults.maxUndeliveredEvents)
            .describe('Undelivered events of a rollout; beyond it, superseded probe results are dropped.'),
          maxRollouts: whole.default(defaults.maxRollouts).describe('How many rollouts it remembers.'),
          retry: z
            .strictObject(
              {
                firstMs: positive.default(retry.firstMs).describe('The longest first wait.'),
                capMs: positive.default(retry.capMs).describe('The longest wait.'),
                factor: z
                  .number('a number above 1')
                  .gt(1, 'a number above 1')
                  .max(100)
                  .default(retry.factor)
                  .describe('Each wait is at most this many times the previous one.'),
              },
              'an object',
            )
            .prefault({})
            .describe('How long to wait before an unanswered event is sent again.'),
        },
        'an object',
      )
      .prefault({})
      .describe('The intervals and limits of the agent.'),
    metrics: z
      .strictObject(
        {
          host: text.default('127.0.0.1').describe('The address to listen on. Anyone who can reach it can read them.'),
          port: z.int('a port').min(0, 'a port').max(65_535, 'a port').describe('0 for any free port.'),
        },
        'an object',
      )
      .optional()
      .describe('Where `/metrics`, for Prometheus, and `/healthz` are served (default: nowhere).'),
    ...reportSettings,
  },
  'an object',
);

/** The contents of a configuration file, with defaults. @internal */
export type AgentConfiguration = z.output<typeof agentConfigurationSchema>;

/** The JSON Schema of the configuration file, for editors. */
export function agentJsonSchema(): Record<string, unknown> {
  return configurationJsonSchema('Configuration of an agent', agentConfigurationSchema);
}

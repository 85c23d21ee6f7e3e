import { z } from 'zod';
import { configurationJsonSchema, reportSettings } from '../shared/report-settings.ts';
import { DEFAULT_CONFIG } from '../../control-plane/index.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const text = z.string('a string').min(1, 'a string that is not empty');
const positive = z.number('a number above 0').positive('a number above 0').max(1e9, 'a number up to 1000000000');
const whole = z.int('a whole number from 1').min(1, 'a whole number from 1').max(1e12, 'a smaller number');
const port = z.int('a port').min(0, 'a port').max(65_535, 'a port');
const yesOrNo = z.boolean('true or false');

/** The configuration file of `control-plane`. @internal */
export const controlPlaneConfigurationSchema = z.strictObject(
  {
    $schema: z.string('text').optional().describe('The path of this schema, for editors.'),
    database: text.describe('The SQLite file. It is created if there is none.'),
    manifests: z
      .strictObject(
        {
          from: text.describe('A fleet file, a folder of them, or the address of one (http or https).'),
          publicKeyFiles: z
            .array(text, 'a list of files')
            .default([])
            .describe('Ed25519 keys in PEM. One of them must have signed a fleet file; the signature is in FILE.sig.'),
          everySecs: positive.default(10).describe('How often to look for changes. SIGHUP looks at once.'),
        },
        'an object',
      )
      .describe('Where releases come from.'),
    listen: z
      .strictObject(
        {
          address: text.default('127.0.0.1').describe('The address on which agents are served.'),
          port: port.default(7443).describe('0 for any free port.'),
          tls: z
            .strictObject(
              {
                certFile: text.describe("The control plane's certificate, in PEM."),
                keyFile: text.describe('Its private key, in PEM.'),
                clientCaFile: text.describe(
                  'The authority that signs the certificates of hosts. Their common name is the name of the host.',
                ),
              },
              'an object',
            )
            .optional()
            .describe('Without it, only local requests are served.'),
          letAnyoneSpeakForAnyHost: yesOrNo
            .default(false)
            .describe('Serves other machines without TLS: anyone who can reach the port may act as any host.'),
        },
        'an object',
      )
      .prefault({})
      .describe('How agents reach it.'),
    operator: z
      .strictObject(
        {
          address: text.default('127.0.0.1').describe('The address on which operators are served.'),
          port: port.default(7444).describe('0 for any free port.'),
          tokenFile: text
            .optional()
            .describe('A file with the operator token. Without it, only local requests are served.'),
        },
        'an object',
      )
      .prefault({})
      .describe('How operators reach it.'),
    heartbeatSecs: positive.default(DEFAULT_CONFIG.heartbeatSecs).describe('How often agents send a heartbeat.'),
    missedHeartbeats: whole
      .default(DEFAULT_CONFIG.missedHeartbeats)
      .describe('How many missed heartbeats make a host unreachable.'),
    planSecs: positive.default(15).describe('How often the planner runs.'),
    snapshotEvery: whole.default(100_000).describe('Recorded inputs between two snapshots.'),
    retention: z
      .strictObject(
        {
          rolloutDays: positive.default(30).describe('How long the host records of a superseded rollout are kept.'),
          eventDays: positive
            .nullable()
            .default(null)
            .describe('How long the event log is kept; null keeps it for ever.'),
        },
        'an object',
      )
      .prefault({})
      .describe('How long data is kept.'),
    limits: z
      .strictObject(
        {
          maxBodyBytes: whole.default(DEFAULT_LIMITS.maxBodyBytes).describe('The longest body of a request.'),
          maxBufferedBytes: whole
            .default(DEFAULT_LIMITS.maxBufferedBytes)
            .describe('The bodies of all requests together.'),
          requestsPerHostPerSec: positive
            .default(DEFAULT_LIMITS.requestsPerHostPerSec)
            .describe('Requests of one host, on average.'),
          requestBurstPerHost: whole
            .default(DEFAULT_LIMITS.requestBurstPerHost)
            .describe('Requests of one host at once.'),
          maxParkedPolls: whole.default(DEFAULT_LIMITS.maxParkedPolls).describe('Polls that may wait at once.'),
          pollSecs: positive.default(DEFAULT_LIMITS.pollSecs).describe('How long a poll waits for a dispatch.'),
          maxQueue: whole.default(DEFAULT_LIMITS.maxQueue).describe('Inputs that may wait for a commit.'),
          maxConnections: whole.default(DEFAULT_LIMITS.maxConnections).describe('Connections of all hosts.'),
          maxConnectionsPerHost: whole
            .default(DEFAULT_LIMITS.maxConnectionsPerHost)
            .describe('Connections of one host, by its certificate.'),
          headerSecs: positive
            .default(DEFAULT_LIMITS.headerSecs)
            .describe('How long a client may take to send the head of a request.'),
          requestSecs: positive
            .default(DEFAULT_LIMITS.requestSecs)
            .describe('How long it may take to send the whole request.'),
          idleSecs: positive
            .default(DEFAULT_LIMITS.idleSecs)
            .describe('How long a connection without a request is kept.'),
        },
        'an object',
      )
      .prefault({})
      .describe('Above a limit, requests are refused, and agents retry: see docs/operating.md.'),
    ...reportSettings,
  },
  'an object',
);

/** The contents of a configuration file, with defaults. @internal */
export type ControlPlaneConfiguration = z.output<typeof controlPlaneConfigurationSchema>;

/** The JSON Schema of the configuration file, for editors. */
export function controlPlaneJsonSchema(): Record<string, unknown> {
  return configurationJsonSchema('Configuration of a control plane', controlPlaneConfigurationSchema);
}

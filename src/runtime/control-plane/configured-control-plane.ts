import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../../text/index.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { jsonLog } from '../shared/log.ts';
import { NamedFiles } from '../shared/named-files.ts';
import { readConfiguration } from '../shared/read-configuration.ts';
import { configuredTraces } from '../shared/traces.ts';
import { readPublicKeys } from '../shared/signed-fleet.ts';
import { controlPlaneConfigurationSchema, type ControlPlaneConfiguration } from './configuration-schema.ts';
import { isLoopback, type TlsFiles } from './http/client-certificate.ts';
import { fleetSource, type FleetSourceOptions } from './manifests/fleet-source.ts';
import type { ControlPlaneOptions } from './run-control-plane.ts';

/** Options for `runControlPlane`, with the path of the database instead of a store. */
export interface ConfiguredControlPlane {
  readonly database: string;
  readonly options: Omit<ControlPlaneOptions, 'store'>;
}

/** The result of reading a configuration file. */
export type ReadControlPlane =
  | { readonly ok: true; readonly controlPlane: ConfiguredControlPlane }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a program may replace. */
export interface ConfigureControlPlaneOptions {
  readonly clock?: Clock;
  /** Receives each log line, with its line break. Standard output by default. */
  readonly writeLog?: (line: string) => void;
  /** Releases unsigned fleet files. For tests only. */
  readonly unsigned?: boolean;
  /** The page for operators. */
  readonly page?: string;
}

/**
 * Configures a control plane from the text of its configuration file. Checks everything that can be checked before it
 * runs, and reports all problems at once. Starts and writes nothing.
 *
 * @param folder the base of relative paths in the file
 */
export function configuredControlPlane(
  text: string,
  folder: string,
  {
    clock = systemClock(),
    writeLog = (line) => process.stdout.write(line),
    unsigned = false,
    page,
  }: ConfigureControlPlaneOptions = {},
): ReadControlPlane {
  const read = readConfiguration(text, controlPlaneConfigurationSchema);
  if (!read.ok) return read;
  const problems: Problem[] = [];
  const configuration = read.value;
  const inFolder = (path: string): string => resolve(folder, path);
  const { listen, operator, heartbeatSecs, missedHeartbeats, planSecs, snapshotEvery, retention, limits } =
    configuration;
  const files = new NamedFiles(folder, problems);
  const tls = tlsOf(listen, files);
  const token = operator.tokenFile === undefined ? null : tokenIn(operator.tokenFile, files);
  const keys = keysOf(configuration, unsigned, inFolder, problems);
  checkAddresses(configuration, problems);
  checkDatabase(inFolder(configuration.database), problems);
  const from = fleetPlace(configuration, inFolder, problems);
  const trace = configuredTraces(configuration, problems);
  if (problems.length > 0) return { ok: false, problems };
  const { address: host, port, letAnyoneSpeakForAnyHost } = listen;
  return {
    ok: true,
    controlPlane: {
      database: inFolder(configuration.database),
      options: {
        clock,
        log: jsonLog(writeLog, configuration.logLevel),
        ...(trace === null ? {} : { trace }),
        manifests: fleetSource({ from, keys, clock, everySecs: configuration.manifests.everySecs }),
        listen: { host, port, letAnyoneSpeakForAnyHost, ...(tls === null ? {} : { tls }) },
        operator: {
          host: operator.address,
          port: operator.port,
          ...(token === null ? {} : { token }),
          ...(page === undefined ? {} : { page }),
        },
        config: { heartbeatSecs, missedHeartbeats },
        limits,
        planSecs,
        snapshotEvery,
        retention,
      },
    },
  };
}

function tlsOf({ tls }: ControlPlaneConfiguration['listen'], files: NamedFiles): TlsFiles | null {
  if (tls === undefined) return null;
  const identity = files.identity(tls.certFile, tls.keyFile);
  const ca = files.certificate(tls.clientCaFile);
  return identity === null || ca === null ? null : { ...identity, ca };
}

/** A shorter one could be guessed. */
const LEAST_TOKEN_LENGTH = 16;

function tokenIn(file: string, files: NamedFiles): string | null {
  const expected = `a token of at least ${LEAST_TOKEN_LENGTH} characters`;
  const text = files.read(file, expected, (found) => {
    if (found.trim().length < LEAST_TOKEN_LENGTH) throw new RangeError(expected);
  });
  return text?.trim() ?? null;
}

function keysOf(
  { manifests }: ControlPlaneConfiguration,
  unsigned: boolean,
  inFolder: (path: string) => string,
  problems: Problem[],
): FleetSourceOptions['keys'] {
  if (unsigned) return 'unsigned';
  if (manifests.publicKeyFiles.length === 0) {
    const message = 'there is no key, so no fleet file could be trusted';
    const remedy = 'Name the file of a public key. For a test only, start with --unsigned.';
    problems.push({ path: '$.manifests.publicKeyFiles', message, remedy });
  }
  return readPublicKeys(manifests.publicKeyFiles.map(inFolder), problems);
}

function checkAddresses({ listen, operator }: ControlPlaneConfiguration, problems: Problem[]): void {
  if (listen.tls === undefined && !listen.letAnyoneSpeakForAnyHost && !isLoopback(listen.address)) {
    const message = `without TLS, anyone who reaches ${listen.address} could act as any host`;
    const remedy = 'Set certificates in $.listen.tls, or listen on 127.0.0.1.';
    problems.push({ path: '$.listen.address', message, remedy });
  }
  if (operator.tokenFile === undefined && !isLoopback(operator.address)) {
    const message = `without a token, anyone who reaches ${operator.address} could clear rollouts`;
    problems.push({
      path: '$.operator.address',
      message,
      remedy: 'Give $.operator.tokenFile, or listen on 127.0.0.1.',
    });
  }
  if (listen.port !== 0 && listen.port === operator.port && listen.address === operator.address) {
    const message = 'the agents are already served there';
    problems.push({ path: '$.operator.port', message, remedy: 'Give another port.' });
  }
}

function checkDatabase(path: string, problems: Problem[]): void {
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() === true) return;
  problems.push({ path, message: 'its folder does not exist', remedy: 'Create the folder, or correct $.database.' });
}

function fleetPlace(
  { manifests: { from } }: ControlPlaneConfiguration,
  inFolder: (path: string) => string,
  problems: Problem[],
): string {
  if (/^https?:\/\//.test(from)) {
    if (!URL.canParse(from))
      problems.push({ path: '$.manifests.from', message: 'this is not a valid address', remedy: 'Correct it.' });
    return from;
  }
  const path = inFolder(from);
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    problems.push({ path, message: 'there is no such file or folder', remedy: 'Correct $.manifests.from.' });
  return path;
}

import { statSync } from 'node:fs';
import { hostname as machineName } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { ProbeDefinition } from '../../agent/index.ts';
import type { Problem } from '../../text/index.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { jsonLog, type Log } from '../shared/log.ts';
import { NamedFiles } from '../shared/named-files.ts';
import { readConfiguration } from '../shared/read-configuration.ts';
import { configuredTraces } from '../shared/traces.ts';
import { distrustOf, readPublicKeys, signatureBeside } from '../shared/signed-fleet.ts';
import { CommandActivation } from './command-activation.ts';
import { agentConfigurationSchema, type AgentConfiguration } from './configuration-schema.ts';
import { FileOutbox } from './file-outbox.ts';
import { FleetManifests } from './fleet-manifests.ts';
import { HostProbes, type HostProbe } from './host-probes.ts';
import type { ClientTls } from './http-request.ts';
import { HttpTransport } from './http-transport.ts';
import type { AgentPorts } from './ports.ts';
import type { RunAgentOptions } from './run-agent.ts';
import { runningSystem } from './running-system.ts';

/** Options for `runAgent` with every port filled in, so that a program can replace any of them. */
export type ConfiguredAgent = Omit<RunAgentOptions, 'ports'> & { readonly ports: AgentPorts };

/** The result of reading a configuration file. */
export type ReadAgent =
  | { readonly ok: true; readonly agent: ConfiguredAgent }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a program may replace. */
export interface ConfigureOptions {
  readonly clock?: Clock;
  /** Receives each log line, with its line break. Standard output by default. */
  readonly writeLog?: (line: string) => void;
}

/**
 * Configures an agent from the text of its configuration file. Checks everything that can be checked before it runs,
 * and reports all problems at once. Starts and writes nothing.
 *
 * @param folder the base of relative paths in the file
 */
export function configuredAgent(text: string, folder: string, options: ConfigureOptions = {}): ReadAgent {
  const read = readConfiguration(text, agentConfigurationSchema);
  if (!read.ok) return read;
  const problems: Problem[] = [];
  const { clock = systemClock(), writeLog = (line) => process.stdout.write(line) } = options;
  const configuration = read.value;
  const inFolder = (path: string): string => resolve(folder, path);
  const hostname = configuration.hostname ?? machineName();
  const log = jsonLog(writeLog, configuration.logLevel, { host: hostname });
  const tls = tlsOf(configuration.controlPlane, new NamedFiles(folder, problems));
  const manifests = manifestsOf(configuration, hostname, inFolder, { clock, log }, problems);
  checkPrograms(configuration, problems);
  checkSettings(configuration, problems);
  const stateDirectory = inFolder(configuration.stateDirectory);
  const { runningClosure: closure, bootIdFile } = configuration;
  const system = runningSystem({
    closure: 'link' in closure ? { link: inFolder(closure.link) } : closure,
    ...(bootIdFile === undefined ? {} : { bootIdFile: inFolder(bootIdFile) }),
  });
  const trace = configuredTraces(configuration, problems);
  if (problems.length > 0) return { ok: false, problems };
  const { activation, probes, settings, controlPlane } = configuration;
  return {
    ok: true,
    agent: {
      hostname,
      probes: probes.map(definitionOf),
      settings,
      metrics: configuration.metrics ?? null,
      ports: {
        outbox: new FileOutbox(stateDirectory),
        transport: new HttpTransport({ url: new URL(controlPlane.url), tls, clock, sendsTraceparent: trace !== null }),
        activation: new CommandActivation({
          folder: join(stateDirectory, 'jobs'),
          activate: activation.activate,
          rollback: activation.rollback ?? activation.activate,
          timeoutMs: activation.timeoutSecs * 1000,
          bootId: () => system.bootId(),
        }),
        probes: new HostProbes(probes.map(probeOf), clock),
        system,
        manifests,
        clock,
        telemetry: { log, metric: () => {}, ...(trace === null ? {} : { trace }) },
      },
    },
  };
}

type ProbeOf = AgentConfiguration['probes'][number];

function definitionOf({ name, kind, mode, intervalSecs }: ProbeOf): ProbeDefinition {
  return { probeName: name, kind, mode, intervalSecs };
}

function probeOf(probe: ProbeOf): HostProbe {
  const common = { probeName: probe.name, timeoutMs: probe.timeoutSecs * 1000 };
  switch (probe.kind) {
    case 'http':
      return { ...common, check: { kind: 'http', url: probe.url, expectStatus: probe.expectStatus ?? null } };
    case 'tcp':
      return { ...common, check: { kind: 'tcp', address: probe.address, port: probe.port } };
    case 'exec':
    case 'evidence':
      return { ...common, check: { kind: probe.kind, command: probe.command } };
  }
}

function tlsOf({ tls }: AgentConfiguration['controlPlane'], files: NamedFiles): ClientTls | null {
  if (tls === undefined) return null;
  const identity = files.identity(tls.certFile, tls.keyFile);
  const ca = tls.caFile === undefined ? null : files.certificate(tls.caFile);
  return identity === null ? null : { ...identity, ...(ca === null ? {} : { ca }) };
}

function manifestsOf(
  { manifests: { path, publicKeyFiles, acceptUnsigned } }: AgentConfiguration,
  hostname: string,
  inFolder: (path: string) => string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  problems: Problem[],
): FleetManifests {
  if (publicKeyFiles.length === 0 && !acceptUnsigned) {
    const message = 'there is no key, so no fleet file could be trusted';
    const remedy = 'Name the file of a public key. For a test only, set `acceptUnsigned` to true.';
    problems.push({ path: '$.manifests.publicKeyFiles', message, remedy });
  }
  const keys = readPublicKeys(publicKeyFiles.map(inFolder), problems);
  const place = inFolder(path);
  if (statSync(place, { throwIfNoEntry: false }) === undefined) {
    problems.push({ path: place, message: 'there is no such file or folder', remedy: 'Correct $.manifests.path.' });
  }
  return new FleetManifests({
    hostname,
    path: place,
    verify: (file, text) => (acceptUnsigned ? null : distrustOf(text, signatureBeside(file), keys)),
    onProblem: (file, message) => {
      const sentence = 'A fleet file was not used.';
      log({
        at: clock.now(),
        level: 'error',
        code: 'fleet-file',
        message: sentence,
        fields: { file, reason: message },
      });
    },
  });
}

/** Otherwise a missing program would only show up in the middle of a rollout. */
function checkPrograms({ activation, probes, runningClosure }: AgentConfiguration, problems: Problem[]): void {
  const commands: readonly (readonly [path: string, command: readonly string[] | undefined])[] = [
    ['$.activation.activate', activation.activate],
    ['$.activation.rollback', activation.rollback],
    ['$.runningClosure.command', 'command' in runningClosure ? runningClosure.command : undefined],
    ...probes.map((probe, at) => [`$.probes[${at}].command`, 'command' in probe ? probe.command : undefined] as const),
  ];
  for (const [path, command] of commands) {
    const program = command?.[0];
    if (program === undefined || isProgram(program)) continue;
    const message = `there is no program ${program} that can be started`;
    problems.push({ path, message, remedy: 'Install it, or give its full path.' });
  }
}

function checkSettings({ settings }: AgentConfiguration, problems: Problem[]): void {
  const { firstMs, capMs } = settings.retry;
  if (capMs >= firstMs) return;
  const message = `expected at least firstMs (${firstMs}), found ${capMs}`;
  problems.push({ path: '$.settings.retry.capMs', message, remedy: 'Raise it, or lower firstMs.' });
}

function isProgram(program: string): boolean {
  const folders = isAbsolute(program) || program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => {
    const status = statSync(folder === '' ? program : join(folder, program), { throwIfNoEntry: false });
    return status?.isFile() === true && (status.mode & 0o111) !== 0;
  });
}

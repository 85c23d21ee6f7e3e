import { agentSettings, type Agent, type AgentSettings, type ProbeDefinition } from '../../agent/index.ts';
import { systemClock } from '../shared/clock.ts';
import { asError } from '../shared/runtime-problem.ts';
import { startListening } from '../shared/start-listening.ts';
import { AgentRun, type AgentRunOptions, type AgentWatch, type BootFindings } from './agent-run.ts';
import type { AgentPorts, StartedJob, Telemetry } from './ports.ts';
import { metricsServer, type AgentStanding } from './metrics.ts';

/** The options of an agent. */
export interface RunAgentOptions {
  readonly hostname: string;
  /** In the order in which they are declared and run. If several have one name, the first counts. */
  readonly probes: readonly ProbeDefinition[];
  readonly settings?: AgentSettings;
  /** The clock defaults to the machine's; telemetry defaults to none. */
  readonly ports: Omit<AgentPorts, 'clock' | 'telemetry'> & Partial<Pick<AgentPorts, 'clock' | 'telemetry'>>;
  readonly random?: () => number;
  readonly watch?: AgentWatch;
  /** Where Prometheus reads its metrics; nowhere by default. Anyone who reaches it may read them. */
  readonly metrics?: { readonly host: string; readonly port: number } | null;
}

/** Why an agent has ended. */
export type AgentEnd =
  | { readonly type: 'closed' }
  /**
   * An effect could not be performed, as on a full disk. To continue, start another agent, which boots from the disk.
   */
  | { readonly type: 'failed'; readonly error: Error };

/** A running agent. */
export interface AgentHandle {
  /** The current state of the core. */
  readonly agent: () => Agent;
  /** Its current figures, for `agentMetricsOf`. */
  readonly standing: () => AgentStanding;
  /** Such as `http://127.0.0.1:9100/metrics`; `null` if it is served nowhere. */
  readonly metricsUrl: string | null;
  /** Shuts down cleanly: all work is on disk, probes stop, and a running switch continues. */
  readonly close: () => Promise<void>;
  /** Never rejects. */
  readonly ended: Promise<AgentEnd>;
}

const KEEP_ALIVE_MS = 2 ** 30;
const SILENT: Telemetry = { log: () => {}, metric: () => {} };

/**
 * Starts an agent. Returns once it has booted from its outbox, whether or not the control plane answers.
 *
 * @throws RuntimeProblem if the outbox, the running system or the jobs cannot be read, or the address for metrics is
 * taken; nothing is left running
 */
export async function runAgent(options: RunAgentOptions): Promise<AgentHandle> {
  const { hostname, probes, settings = agentSettings(), random = Math.random, watch = {} } = options;
  const ports: AgentPorts = { clock: systemClock(), telemetry: SILENT, ...options.ports };
  const complete: AgentRunOptions = { hostname, probes, settings, ports, random, watch };
  let standing: (() => AgentStanding) | null = null;
  const metrics = metricsServer(() => standing?.() ?? null);
  const { metrics: listen = null } = options;
  const metricsAddress = listen === null ? null : await startListening(metrics, listen.host, listen.port);
  let findings: BootFindings;
  try {
    findings = await findOut(ports);
  } catch (error) {
    metrics.close();
    throw error;
  }
  let end: (why: AgentEnd) => void = () => {};
  const ended = new Promise<AgentEnd>((resolve) => {
    end = resolve;
  });
  const fail = async (error: Error): Promise<void> => {
    await closePorts(ports);
    end({ type: 'failed', error });
  };
  const run = new AgentRun(complete, findings, (error) => void fail(error));
  // An agent's timers and idle connections do not keep the process alive, so this does.
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  void ended.then(() => clearInterval(keepAlive));
  void ended.then(() => metrics.close());
  const standingNow = (): AgentStanding => {
    const { agent, stats, link } = run;
    const { deliveries, jobs, probes, oldestUndeliveredMs } = stats;
    return { agent, deliveries, jobs, probes, oldestUndeliveredMs, sinceAnswerMs: link.sinceAnswerMs };
  };
  standing = standingNow;
  run.begin(findings);
  return {
    agent: () => run.agent,
    standing: standingNow,
    metricsUrl: metricsAddress === null ? null : `http://${metricsAddress}/metrics`,
    close: async () => {
      await run.stop();
      await closePorts(ports);
      end({ type: 'closed' });
    },
    ended,
  };
}

async function findOut({ outbox, system, activation, manifests }: AgentPorts): Promise<BootFindings> {
  const contents = await outbox.open();
  let jobs: readonly StartedJob[] = [];
  try {
    const runningClosure = await system.runningClosure();
    const bootId = await system.bootId();
    jobs = await activation.recover();
    return { contents, runningClosure, bootId, jobs, manifests: await manifests.all() };
  } catch (error) {
    await activation.close();
    await outbox.close();
    throw asError(error);
  }
}

/** Closes all of them, even if one fails: no caller is left to handle the error. */
async function closePorts({ outbox, transport, activation }: AgentPorts): Promise<void> {
  await Promise.allSettled([transport, activation, outbox].map(async (port) => port.close()));
}

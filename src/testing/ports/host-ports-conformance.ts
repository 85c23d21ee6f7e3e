import { agentManifest, parseFleet, projectRollouts } from '../../fleet/index.ts';
import type { Clock, HostManifests, ProbeRunner, Telemetry } from '../../runtime/agent/internal.ts';
import type { AgentManifest } from '../../wire/index.ts';
import { runChecks, same, type PortCheck } from './port-checks.ts';

// Conformance kits for ports with few rules.

/** Checks a clock against itself, in real time. It passes if no check fails. */
export function clockConformance(makeClock: () => Clock): Promise<readonly PortCheck[]> {
  return runChecks(CLOCK_CHECKS, makeClock);
}

const passing = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    // A clock's timers do not keep the process alive, and nothing else may be running.
    const keptAlive = setInterval(() => {}, 1000);
    clock.after(delayMs, () => {
      clearInterval(keptAlive);
      resolve();
    });
  });

/** System timers may fire this early. */
const EARLY_MS = 1;

const CLOCK_CHECKS: Readonly<Record<string, (clock: Clock) => Promise<void>>> = {
  'calls back exactly once, after the delay': async (clock) => {
    let calls = 0;
    const startedMs = clock.elapsedMs();
    clock.after(30, () => {
      calls += 1;
    });
    await passing(clock, 30);
    same('early', clock.elapsedMs() - startedMs < 30 - EARLY_MS, false);
    await passing(clock, 60);
    same('calls', calls, 1);
  },
  'calls back later, even without a delay': async (clock) => {
    let calls = 0;
    clock.after(0, () => {
      calls += 1;
    });
    same('calls at once', calls, 0);
    await passing(clock, 20);
    same('calls', calls, 1);
  },
  'calls back in order of delay': async (clock) => {
    const called: number[] = [];
    for (const delayMs of [60, 20, 40]) clock.after(delayMs, () => called.push(delayMs));
    await passing(clock, 90);
    same('order', called, [20, 40, 60]);
  },
  'does not call back after being cancelled, even twice': async (clock) => {
    let calls = 0;
    const cancel = clock.after(10, () => {
      calls += 1;
    });
    cancel();
    cancel();
    await passing(clock, 30);
    cancel();
    same('calls', calls, 0);
  },
  'reads whole epoch milliseconds, and a rising elapsed time': async (clock) => {
    const [now, elapsedMs] = [clock.now(), clock.elapsedMs()];
    same('whole milliseconds', Number.isInteger(now), true);
    await passing(clock, 20);
    same('grows', clock.elapsedMs() > elapsedMs, true);
  },
};

/** The probes of a runner under test. */
export interface ProbesUnderTest {
  /** It knows four probes: `passes`, `fails`, `hangs` (for a minute or until its own timeout), and `passes-too`. */
  readonly makeProbes: () => ProbeRunner;
}

/** Checks a probe runner. It passes if no check fails. */
export function probeConformance({ makeProbes }: ProbesUnderTest): Promise<readonly PortCheck[]> {
  return runChecks(PROBE_CHECKS, makeProbes);
}

const MAX_REASON = 100_000;
/** How soon an aborted probe must end. */
const ABORTED_MS = 5000;

const run = (runner: ProbeRunner, probeName: string, signal = new AbortController().signal) =>
  runner.run({ probeName, kind: 'exec', mode: 'enforce', intervalMs: 5000 }, signal);

const PROBE_CHECKS: Readonly<Record<string, (runner: ProbeRunner) => Promise<void>>> = {
  'reports a probe that passes': async (runner) => {
    const { status, failureReason } = await run(runner, 'passes');
    same('result', { status, failureReason }, { status: 'pass', failureReason: null });
  },
  'reports a probe that fails, with a reason of bounded length': async (runner) => {
    const { status, failureReason } = await run(runner, 'fails');
    same('status', status, 'fail');
    same('has a reason', failureReason !== null && failureReason !== '', true);
    same('reason is bounded', (failureReason ?? '').length <= MAX_REASON, true);
  },
  'runs a probe repeatedly': async (runner) => {
    for (let times = 0; times < 3; times += 1) same('status', (await run(runner, 'passes')).status, 'pass');
  },
  'ends a hanging probe on request, and does not delay others': async (runner) => {
    const stop = new AbortController();
    const hanging = run(runner, 'hangs', stop.signal).then(
      ({ status }) => status,
      () => 'fail',
    );
    const statuses = await Promise.all(['passes', 'passes-too', 'fails'].map((name) => run(runner, name)));
    same(
      'the others',
      statuses.map(({ status }) => status),
      ['pass', 'pass', 'fail'],
    );
    stop.abort();
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      limit = setTimeout(() => resolve('still running'), ABORTED_MS);
    });
    const ended = await Promise.race([hanging, late]);
    clearTimeout(limit);
    same('the aborted probe', ended, 'fail');
  },
};

/** A source of manifests under test. */
export interface ManifestsUnderTest {
  readonly hostname: string;
  /**
   * Makes a source for the host `hostname`, and a way to publish a fleet file to it, with or without a valid signature.
   * A second file replaces the first.
   */
  readonly makeSource: () => ManifestsSubject;
}

/** A source, and the way to publish fleet files to it. */
export interface ManifestsSubject {
  readonly manifests: HostManifests;
  readonly publish: (fleetFile: string, isSigned: boolean) => void | Promise<void>;
}

/** Checks a host's source of manifests. It passes if no check fails. */
export function manifestConformance({ hostname, makeSource }: ManifestsUnderTest): Promise<readonly PortCheck[]> {
  const of = (ciCommit: string, closure: string): Release => releaseFor(hostname, ciCommit, closure);
  const checks: Readonly<Record<string, (subject: ManifestsSubject) => Promise<void>>> = {
    'knows nothing at first': async ({ manifests }) => {
      same('all', await manifests.all(), []);
      same('one', await manifests.manifestOf('stable@r1'), null);
    },
    "knows this host's part of a signed fleet file": async ({ manifests, publish }) => {
      const { text, manifest } = of('r1', 'new');
      await publish(text, true);
      same('all', await manifests.all(), [manifest]);
      same('one', await manifests.manifestOf(manifest.rolloutId), manifest);
      same('another rollout', await manifests.manifestOf('stable@other'), null);
    },
    'follows a newer fleet file': async ({ manifests, publish }) => {
      await publish(of('r1', 'new').text, true);
      await manifests.all();
      const { text, manifest } = of('r2', 'newer');
      await publish(text, true);
      same('the newer one', await manifests.manifestOf(manifest.rolloutId), manifest);
    },
    'ignores a fleet file without a signature': async ({ manifests, publish }) => {
      const { text, manifest } = of('r1', 'new');
      await publish(text, false);
      same('all', await manifests.all(), []);
      same('one', await manifests.manifestOf(manifest.rolloutId), null);
    },
    'ignores rollouts without this host': async ({ manifests, publish }) => {
      await publish(releaseFor('someone-else', 'r1', 'new').text, true);
      same('all', await manifests.all(), []);
      same('one', await manifests.manifestOf('stable@r1'), null);
    },
  };
  return runChecks(checks, makeSource);
}

interface Release {
  /** The fleet file. */
  readonly text: string;
  /** The host's part of it. */
  readonly manifest: AgentManifest;
}

function releaseFor(hostname: string, ciCommit: string, closureHash: string): Release {
  const channel = {
    rolloutPolicy: 'all',
    reconcileIntervalMinutes: 5,
    freshnessWindow: 120,
    signingIntervalMinutes: 60,
    compliance: { mode: 'disabled', frameworks: [] },
  };
  const text = JSON.stringify({
    schemaVersion: 1,
    hosts: { [hostname]: { system: 'x86_64-linux', tags: [], channel: 'stable', closureHash, pubkey: null } },
    channels: { stable: channel },
    rolloutPolicies: { all: { strategy: 'all-at-once', waves: [], healthGate: {}, onHealthFailure: 'halt' } },
    waves: {},
    edges: [],
    disruptionBudgets: [],
    meta: { schemaVersion: 1, signedAt: null, ciCommit },
  });
  const decoded = parseFleet(text);
  const released = decoded.ok ? projectRollouts(decoded.fleet) : decoded;
  const [rollout] = released.ok ? released.rollouts : [];
  const manifest = rollout === undefined ? null : agentManifest(rollout, hostname);
  if (manifest === null) throw new Error(`${hostname} cannot be a host of a fleet.`);
  return { text, manifest };
}

/** Checks that telemetry never throws, whatever it is given. It passes if no check fails. */
export function telemetryConformance(makeTelemetry: () => Telemetry): Promise<readonly PortCheck[]> {
  return runChecks(TELEMETRY_CHECKS, makeTelemetry);
}

const ODD_TEXTS = ['', 'two\nlines', '"quoted"\u2028', '\ud800', '\u001b[31m', 'a'.repeat(100_000)];

const TELEMETRY_CHECKS: Readonly<Record<string, (telemetry: Telemetry) => Promise<void>>> = {
  'accepts every log line': async ({ log }) => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
      for (const text of ODD_TEXTS) log({ at: 0, level, code: 'transition', message: text, fields: { [text]: text } });
  },
  'accepts every metric': async ({ metric }) => {
    for (const value of [0, -1, NaN, Infinity]) for (const text of ODD_TEXTS) metric('odd', { label: text }, value);
  },
  'accepts every transition': async ({ trace }) => {
    const transition = {
      hostname: 'web-01',
      rolloutId: 'stable@r1',
      from: 'Pending',
      to: 'Activating',
      at: 0,
    } as const;
    for (const traceparent of [null, ...ODD_TEXTS]) trace?.({ ...transition, traceparent });
  },
};

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { newPendingHost, step, type HostRolloutState, type RolloutPolicy } from '../../../src/index.ts';
import {
  conformanceText,
  parseCriterion,
  type ConformanceReport,
  type ControlPlaneAdapter,
} from '../../../src/testing/index.ts';
import type { StartTimer } from '../../../src/testing/conformance/in-time.ts';
import { conformUrl } from '../../../src/testing/node.ts';
import { decodeEnvelope, toHostEvent } from '../../../src/wire/index.ts';

/** The defects of a control plane; none by default. */
interface Faults {
  readonly status?: (status: number) => number;
  readonly mirror?: (record: HostRolloutState) => Partial<HostRolloutState>;
  readonly isSilent?: (kind: string) => boolean;
}

const CLOCK = 1_700_000_000_000;

/** A control plane on loopback that keeps its hosts in a map. */
async function withControlPlane(
  faults: Faults,
  use: (url: string, adapter: ControlPlaneAdapter) => Promise<ConformanceReport>,
): Promise<ConformanceReport> {
  const hosts = new Map<string, { record: HostRolloutState; policy: RolloutPolicy }>();
  const keyOf = ({ rolloutId, hostname }: Pick<HostRolloutState, 'rolloutId' | 'hostname'>) =>
    `${rolloutId} ${hostname}`;

  const answer = (body: string): number => {
    const decoded = decodeEnvelope(JSON.parse(body));
    const host = decoded.ok ? hosts.get(keyOf(decoded.value)) : undefined;
    if (!decoded.ok || host === undefined) return 400;
    const result = step(host.record, toHostEvent(decoded.value.event), CLOCK, host.policy);
    if (result.ok) host.record = result.state;
    return result.ok || result.error.kind !== 'Invariant' ? 204 : 409;
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (faults.isSilent?.(body) === true) return;
      const status = request.url === '/base/v1/agent/events' ? answer(body) : 404;
      response.writeHead(faults.status?.(status) ?? status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Safe: a server on a port has an address with one.
  const { port } = server.address() as AddressInfo;

  const adapter: ControlPlaneAdapter = {
    open: ({ policy, number }) => {
      const record = newPendingHost({
        rolloutId: `stable@r${number}`,
        hostname: 'web-01',
        channel: 'stable',
        targetClosure: 'new',
        dispatchedAt: CLOCK,
        soakDueAt: CLOCK + 60_000,
      });
      hosts.set(keyOf(record), { record, policy });
      return Promise.resolve(record);
    },
    read: (host) => {
      const record = hosts.get(keyOf(host))?.record;
      if (record === undefined) return Promise.reject(new Error('no such host'));
      return Promise.resolve(faults.mirror?.(record) ?? record);
    },
  };
  try {
    return await use(`http://127.0.0.1:${port}/base`, adapter);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const criterion = (text: string) => {
  const read = parseCriterion(text);
  if (!read.ok) throw new Error(read.message);
  return read.criterion;
};
const suite = { criteria: [criterion('validTransitions')] };
const thoroughSuite = { criteria: [criterion('transitionPairs'), criterion('guardOutcomes')] };

/** A timer that fires only when the test says so: a slow machine is not silent. */
function manualTimer() {
  let isDue = false;
  const startTimer: StartTimer = (run) => {
    const poll = setInterval(() => {
      if (!isDue) return;
      isDue = false;
      clearInterval(poll);
      run();
    }, 1);
    return () => clearInterval(poll);
  };
  return { startTimer, runOut: () => void (isDue = true) };
}

const ask = (
  faults: Faults,
  more: { startTimer?: StartTimer; maxProblems?: number; suite?: typeof suite } = {},
): Promise<ConformanceReport> =>
  withControlPlane(faults, (url, adapter) => conformUrl({ url, adapter, suite, ...more }));

describe('a control plane over HTTP', () => {
  it('conforms, in every reachable record', async () => {
    const report = await ask({}, { suite: thoroughSuite });
    expect(report).toMatchObject({ verdict: 'conforms', mismatched: 0, failed: 0, notAsked: 0 });
    expect(report.asked).toBeGreaterThan(200);
    const { transitions, transitionPairs } = report.coverage.dimensions;
    expect([transitions.missing, transitionPairs.missing]).toEqual([[], []]);
  });

  it('may show only a part of its mirror', async () => {
    const report = await ask({ mirror: ({ state, lastEventSeq }) => ({ state, lastEventSeq }) });
    expect(report.verdict).toBe('conforms');
    expect(report.coverage.dimensions.transitions.percent).toBe(100);
    expect(report.coverage.dimensions.values.covered).toBe(0);
  });

  it('must show the state', async () => {
    const report = await ask({ mirror: ({ lastEventSeq }) => ({ lastEventSeq }) });
    expect(report.verdict).toBe('differs');
    expect(report.mismatches[0]?.differences[0]).toMatchObject({ path: '$.mirror.state', actual: undefined });
  });

  it('that accepts a broken invariant differs in the status', async () => {
    const report = await ask({ status: (status) => (status === 409 ? 204 : status) }, { suite: thoroughSuite });
    expect(report.mismatches.map(({ place }) => place)).toEqual(['Soaking.RemoteConverged']);
    expect(report.mismatches[0]?.differences).toEqual([{ path: '$.status', expected: 409, actual: 204, hint: null }]);
    expect(report.notAsked).toBeGreaterThan(0);
  });

  it('that answers with another success differs in the status', async () => {
    expect((await ask({ status: (status) => (status === 204 ? 200 : status) })).verdict).toBe('differs');
  });

  it('that forgets a field of its mirror differs there', async () => {
    const report = await ask({ mirror: (record) => ({ ...record, probeFailureFirstAt: null }) });
    expect(report.mismatches[0]).toMatchObject({
      place: 'Soaking.RemoteProbeFailureFirst',
      differences: [{ path: '$.mirror.probeFailureFirstAt', actual: null }],
    });
  });

  it('that does not answer events is reported as silent, and abandoned at the limit', async () => {
    const timer = manualTimer();
    const isSilent = (body: string) => {
      const is = body.includes('ActivationStarted');
      if (is) timer.runOut();
      return is;
    };
    const report = await ask({ isSilent }, { startTimer: timer.startTimer, maxProblems: 2 });
    expect(report).toMatchObject({ verdict: 'peer-failed', failed: 2 });
    expect(report.failures[0]).toMatchObject({
      place: 'Activating.RemoteActivationStarted',
      problem: { kind: 'silent' },
    });
    expect(report.notAsked).toBeGreaterThan(10);
  });

  it('that cannot be reached is reported as such, with the reason', async () => {
    const report = await withControlPlane({}, (_, adapter) =>
      conformUrl({ url: 'http://127.0.0.1:1', adapter, suite, maxProblems: 1 }),
    );
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 0, failed: 1 });
    expect(report.failures[0]?.problem.message).toMatch(/did not answer: fetch failed: \S+/);
  });

  it('whose adapter throws is reported with what it threw, and the adapter is closed', async () => {
    let closed = 0;
    const report = await withControlPlane({}, (url, { read }) => {
      const open = () => Promise.reject(new Error('the database is empty'));
      const close = () => Promise.resolve(void (closed += 1));
      return conformUrl({ url, adapter: { open, read, close }, suite, maxProblems: 3 });
    });
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 0, failed: 3 });
    expect(report.failures[0]?.problem.message).toContain('the database is empty');
    expect(closed).toBe(1);
  });

  it.each([
    ['open', 'failures'],
    ['read', 'failures'],
    ['close', 'unexplained'],
  ] as const)('whose adapter never comes back from `%s` is told as silent', async (stuck, where) => {
    const timer = manualTimer();
    const never = (): Promise<never> => {
      timer.runOut();
      return new Promise(() => {});
    };
    const { startTimer } = timer;
    const report = await withControlPlane({}, (url, adapter) =>
      conformUrl({ url, adapter: { ...adapter, [stuck]: never }, suite, startTimer, maxProblems: 1 }),
    );
    expect(report.verdict).toBe('peer-failed');
    const told = where === 'failures' ? report.failures.map(({ problem }) => problem) : report.unexplained;
    expect(told).toEqual([
      { kind: 'silent', message: expect.stringContaining(`\`${stuck}\` took longer than 10000 ms`) },
    ]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('the pool is gone'))],
    [
      'throws',
      () => {
        throw new Error('the pool is gone');
      },
    ],
  ])('whose adapter %s when it is closed still gets its report', async (_, close) => {
    const report = await withControlPlane({}, (url, adapter) =>
      conformUrl({ url, adapter: { ...adapter, close }, suite: { criteria: [criterion('allStates')] } }),
    );
    expect(report).toMatchObject({ verdict: 'peer-failed', mismatched: 0, failed: 0, givenUpAfter: null });
    expect(report.unexplained).toEqual([{ kind: 'ended', message: expect.stringContaining('the pool is gone') }]);
    const text = conformanceText(report);
    expect(text).toContain('Failures not caused by a single question:');
    expect(text).toContain('The control plane or its adapter did not answer: the pool is gone');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  FleetManifests,
  HostProbes,
  jsonLog,
  systemClock,
  type Clock,
  type HostManifests,
  type ProbeRunner,
  type Telemetry,
} from '../../../src/runtime/agent/index.ts';
import {
  clockConformance,
  manifestConformance,
  probeConformance,
  telemetryConformance,
  type PortCheck,
} from '../../../src/testing/node.ts';

const failuresOf = (checks: readonly PortCheck[]) => checks.filter(({ failure }) => failure !== null);

describe('the kit of clocks', () => {
  const shipped = systemClock();

  test('passes the built-in one at any speed', async () => {
    expect(failuresOf(await clockConformance(systemClock))).toEqual([]);
    expect(failuresOf(await clockConformance(() => systemClock(2)))).toEqual([]);
  });

  const wrong: Readonly<Record<string, Clock>> = {
    'calls back twice': {
      ...shipped,
      after: (delayMs, callback) => {
        shipped.after(delayMs, callback);
        return shipped.after(delayMs, callback);
      },
    },
    'never cancels': {
      ...shipped,
      after: (delayMs, callback) => {
        shipped.after(delayMs, callback);
        return () => {};
      },
    },
    'calls back at once': {
      ...shipped,
      after: (_, callback) => {
        callback();
        return () => {};
      },
    },
    'reads fractions': { ...shipped, now: () => Date.now() + 0.5 },
    'stands still': { ...shipped, elapsedMs: () => 0 },
  };
  test.each(Object.entries(wrong))('finds one that %s', async (_, clock) => {
    expect(failuresOf(await clockConformance(() => clock))).not.toEqual([]);
  });
});

describe('the kit of probes', () => {
  const clock = systemClock();
  const exec = (probeName: string, script: string) => ({
    probeName,
    check: { kind: 'exec', command: ['sh', '-c', script] } as const,
    timeoutMs: 60_000,
  });
  const shipped = (): ProbeRunner =>
    new HostProbes(
      [
        exec('passes', 'true'),
        exec('passes-too', 'true'),
        exec('fails', 'echo no >&2; exit 3'),
        exec('hangs', 'sleep 60'),
      ],
      clock,
    );

  test('passes the built-in runner', async () => {
    expect(failuresOf(await probeConformance({ makeProbes: shipped }))).toEqual([]);
  });

  const wrong: Readonly<Record<string, () => ProbeRunner>> = {
    'gives no reason': () => ({
      run: async (probe, signal) => ({ ...(await shipped().run(probe, signal)), failureReason: null }),
    }),
    'passes everything': () => ({
      run: async () => ({ status: 'pass', failureReason: null, subResults: null }),
    }),
    'works only once': () => {
      let runs = 0;
      return { run: (probe, signal) => shipped().run(runs++ === 0 ? probe : { ...probe, probeName: 'fails' }, signal) };
    },
  };
  test.each(Object.entries(wrong))('finds a runner that %s', async (_, makeProbes) => {
    expect(failuresOf(await probeConformance({ makeProbes }))).not.toEqual([]);
  });
});

describe('the kit of manifests', () => {
  const root = mkdtempSync(join(tmpdir(), 'nixfleet-manifests-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The built-in source, with a file beside the fleet file for its signature. */
  function subject(change: (manifests: HostManifests) => HostManifests = (manifests) => manifests, believes = false) {
    const folder = mkdtempSync(join(root, 'source-'));
    const path = join(folder, 'fleet.json');
    let isSigned = false;
    const verify = (): string | null => (isSigned || believes ? null : 'It is not signed.');
    const manifests = new FleetManifests({ hostname: 'web-01', path: folder, verify, onProblem: () => {} });
    return {
      manifests: change(manifests),
      publish: (text: string, signed: boolean) => {
        isSigned = signed;
        writeFileSync(path, text);
      },
    };
  }

  test('passes the built-in source', async () => {
    const makeSource = () => subject();
    expect(failuresOf(await manifestConformance({ hostname: 'web-01', makeSource }))).toEqual([]);
  });

  const wrong: Readonly<Record<string, () => ReturnType<typeof subject>>> = {
    'believes everything': () => subject(undefined, true),
    'reads once': () =>
      subject((manifests) => {
        let first: ReturnType<HostManifests['all']> | null = null;
        const all = () => (first ??= manifests.all());
        return {
          all,
          manifestOf: async (rolloutId) => (await all()).find((each) => each.rolloutId === rolloutId) ?? null,
        };
      }),
    'answers for any rollout': () =>
      subject((manifests) => ({
        all: () => manifests.all(),
        manifestOf: async () => (await manifests.all())[0] ?? null,
      })),
  };
  test.each(Object.entries(wrong))('finds a source that %s', async (_, makeSource) => {
    expect(failuresOf(await manifestConformance({ hostname: 'web-01', makeSource }))).not.toEqual([]);
  });
});

describe('the kit of telemetry', () => {
  const shipped: Telemetry = { log: jsonLog(() => {}), metric: () => {} };

  test('passes the built-in log', async () => {
    expect(failuresOf(await telemetryConformance(() => shipped))).toEqual([]);
  });

  test('catches one that throws', async () => {
    const throwing = (): never => {
      throw new Error('no');
    };
    for (const wrong of [{ log: throwing }, { metric: throwing }, { trace: throwing }])
      expect(failuresOf(await telemetryConformance(() => ({ ...shipped, ...wrong })))).toHaveLength(1);
  });
});

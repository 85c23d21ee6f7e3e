import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allExercises, conform } from '../../../src/testing/node.ts';
import { repositoryRoot } from '../../support/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'adapter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The smallest reducer: how a record begins, and what is due after a restart. */
const REDUCER = `
NULLS = ["currentClosureAtDispatch", "currentClosure", "revertedTo", "dispatchAckedAt", "activationStartedAt",
  "activationCompletedAt", "activationFailedAt", "probeObservedFirstAt", "probeFailureFirstAt", "convergedAt",
  "failedAt", "policyApplied", "revertedAt"]

def start(host):
    print("a log")
    return {"ok": {"state": {**host, **dict.fromkeys(NULLS), "state": "Pending", "probes": {}, "lastEventSeq": 0}}}
`;

// A language that is not on the machine cannot be tried; the reason is in the name of the test.
describe.skipIf(!hasPython)('the adapter for Python (skipped where there is no python3)', () => {
  it(
    'asks a reducer every odd value of a beginning, and says what the reducer does not have',
    { timeout: 60_000 },
    async () => {
      writeFileSync(join(folder, 'my_reducer.py'), REDUCER);
      const adapter = join(repositoryRoot, 'examples/adapters/python/adapter.py');
      const peer = `cd '${folder}' && python3 '${adapter}' my_reducer`;
      const criteria = [{ kind: 'full', name: 'values' }] as const;
      const asked = [...allExercises({ criteria, sides: ['agent'], policies: ['halt'] }, ['host'])];
      const starts = asked.filter(({ question }) => question.op === 'start');
      expect(starts.length).toBeGreaterThan(250);
      const report = await conform(starts, { peer, timeoutMs: 60_000 });
      expect(report).toMatchObject({ verdict: 'conforms', mismatched: 0, failed: 0 });

      const others = asked.filter(({ question }) => question.op === 'rehydrate').slice(0, 5);
      expect(await conform(others, { peer, timeoutMs: 60_000 })).toMatchObject({
        verdict: 'nothing-asserted',
        unsupported: { rehydrate: others.length },
      });
    },
  );
});

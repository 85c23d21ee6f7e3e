import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allExercises, conform } from '../../../src/testing/node.ts';
import { readText, repositoryRoot } from '../../support/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'adapter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NULLS = [
  'currentClosureAtDispatch',
  'currentClosure',
  'revertedTo',
  'dispatchAckedAt',
  'activationStartedAt',
  'activationCompletedAt',
  'activationFailedAt',
  'probeObservedFirstAt',
  'probeFailureFirstAt',
  'convergedAt',
  'failedAt',
  'policyApplied',
  'revertedAt',
];
const REST = [...NULLS.map((name) => `"${name}":null`), '"state":"Pending","probes":{},"lastEventSeq":0'].join(',');
const GIVEN = ['rolloutId', 'hostname', 'channel', 'targetClosure', 'dispatchedAt', 'soakDueAt'];

interface Language {
  readonly name: string;
  readonly adapter: string;
  /** A command that succeeds if the language is installed. */
  readonly probe: readonly [string, ...string[]];
  /** The smallest reducer, which only starts records: its file name and text. */
  readonly reducer: readonly [file: string, text: string];
  /** Commands to prepare and start the adapter in its folder. */
  readonly build: string | null;
  readonly start: string;
}

const languages: readonly Language[] = [
  {
    name: 'Python',
    adapter: 'python/adapter.py',
    probe: ['python3', '--version'],
    reducer: [
      'my_reducer.py',
      `NULLS = ${JSON.stringify(NULLS)}

def start(host):
    print("a log")
    return {"ok": {"state": {**host, **dict.fromkeys(NULLS), "state": "Pending", "probes": {}, "lastEventSeq": 0}}}
`,
    ],
    build: null,
    start: 'python3 adapter.py my_reducer',
  },
  {
    name: 'Rust',
    adapter: 'rust/adapter.rs',
    probe: ['rustc', '--version'],
    reducer: [
      'reducer.rs',
      `pub fn answer(op: &str, request: &str) -> Option<String> {
    if op != "start" { return None; }
    let host = crate::field(request, "host")?;
    let given: Option<Vec<String>> = ${JSON.stringify(GIVEN)}.iter()
        .map(|name| Some(format!("\\"{name}\\":{}", crate::field(host, name)?))).collect();
    Some(format!("{{\\"ok\\":{{\\"state\\":{{{},{}}}}}}}", given?.join(","), r#"${REST}"#))
}
`,
    ],
    build: 'rustc -O adapter.rs',
    start: './adapter',
  },
  {
    name: 'Go',
    adapter: 'go/adapter.go',
    probe: ['go', 'version'],
    reducer: [
      'reducer.go',
      `package main

import "encoding/json"

func init() {
	operations["start"] = func(request Fields) Answer {
		var state map[string]json.RawMessage
		json.Unmarshal([]byte(\`{${REST}}\`), &state)
		json.Unmarshal(request["host"], &state)
		return Answer{"ok": Answer{"state": state}}
	}
}
`,
    ],
    build: 'go mod init adapter && GOFLAGS=-mod=mod go build -o adapter .',
    start: './adapter',
  },
];

describe.each(languages)('the adapter for $name', ({ name, adapter, probe, reducer, build, start }) => {
  const [command, ...args] = probe;
  const isThere = spawnSync(command, args).status === 0;

  it('has fewer than 80 lines', () => {
    expect(readText(`examples/adapters/${adapter}`).split('\n').length).toBeLessThan(80);
  });

  // A language that is not installed cannot be tested. The test's name says so.
  it.skipIf(!isThere)(
    `asks a reducer every odd value of a beginning, and says what it does not have${isThere ? '' : ` (there is no ${command})`}`,
    { timeout: 120_000 },
    async () => {
      const place = join(folder, name);
      mkdirSync(place);
      copyFileSync(join(repositoryRoot, 'examples/adapters', adapter), join(place, adapter.split('/').at(-1) ?? ''));
      writeFileSync(join(place, reducer[0]), reducer[1]);
      if (build !== null) {
        const built = spawnSync(build, { shell: true, cwd: place, encoding: 'utf8' });
        expect({ status: built.status, stderr: built.status === 0 ? '' : built.stderr }).toEqual({
          status: 0,
          stderr: '',
        });
      }
      const peer = `cd '${place}' && ${start}`;
      const criteria = [{ kind: 'full', name: 'values' }] as const;
      const asked = [...allExercises({ criteria, sides: ['agent'], policies: ['halt'] }, ['host'])];
      const starts = asked.filter(({ question }) => question.op === 'start');
      expect(starts.length).toBeGreaterThan(250);
      const report = await conform(starts, { peer, timeoutMs: 60_000 });
      expect(report.mismatches.slice(0, 2)).toEqual([]);
      expect(report).toMatchObject({ verdict: 'conforms', mismatched: 0, failed: 0 });

      const others = asked.filter(({ question }) => question.op === 'rehydrate').slice(0, 5);
      expect(await conform(others, { peer, timeoutMs: 60_000 })).toMatchObject({
        verdict: 'nothing-asserted',
        unsupported: { rehydrate: others.length },
      });
    },
  );
});

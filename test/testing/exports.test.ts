import { describe, expect, it } from 'vitest';
import { newPendingHost, step, type HostEvent } from '../../src/index.ts';
import {
  answerOf,
  conformanceJUnit,
  coverageOverlay,
  coverageProperties,
  coverageTable,
  expectedVisits,
  generatePaths,
  itfTrace,
  measureCoverage,
  missedThresholds,
  parseThresholds,
  pathMarkdown,
  pathMermaid,
  recordIn,
  vitestFile,
  type ConformanceReport,
  type PathStep,
  type RefusalFields,
  type TestPath,
} from '../../src/testing/index.ts';
import { junitProblems } from '../support/junit-schema.ts';
import { meant, readItf } from '../support/read-itf.ts';

const { paths } = generatePaths({
  criterion: { kind: 'full', name: 'allTransitions' },
  side: 'agent',
  onHealthFailure: 'rollback-and-halt',
});
const tagged = ({ kind: tag, ...fields }: RefusalFields) => ({ tag, ...fields });
const refusals = paths.flatMap(({ steps }) => steps.filter(({ expected }) => !expected.ok));

describe('an ITF trace', () => {
  it('has a state before each event and one at the end, and its variables in each', () => {
    for (const path of paths) {
      const trace = itfTrace(path);
      expect(trace.vars).toEqual(['record', 'event', 'effects', 'refusal', 'mbt::actionTaken', 'mbt::nondetPicks']);
      expect(trace.states).toHaveLength(path.steps.length + 1);
      trace.states.forEach((state, index) => {
        expect(Object.keys(state).sort()).toEqual(['#meta', ...trace.vars.toSorted()]);
        expect(state['#meta']).toEqual({ index });
      });
    }
  });

  it('gives each field of a record one type throughout, with every number a bigint', () => {
    const shape = (value: unknown): string => {
      if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
      const keys = Object.keys(value);
      return keys.includes('tag') ? 'variant' : keys.filter((key) => key.startsWith('#')).join() || 'record';
    };
    const shapes = new Map<string, Set<string>>();
    for (const { states } of paths.map(itfTrace)) {
      for (const state of states) {
        for (const [field, value] of Object.entries(Object(state['record']))) {
          shapes.set(field, (shapes.get(field) ?? new Set()).add(shape(value)));
        }
      }
    }
    expect([...shapes].filter(([, found]) => found.size !== 1)).toEqual([]);
    expect(shapes.get('lastEventSeq')).toEqual(new Set(['#bigint']));
    expect(shapes.get('probes')).toEqual(new Set(['#map']));
    expect(shapes.get('failedAt')).toEqual(new Set(['variant']));
    expect(JSON.stringify(paths.map(itfTrace))).not.toMatch(/:null|:-?\d+\.\d|"record":\{[^}]*:\d/);
  });

  it('is read back by an independent reader as the same path', () => {
    for (const path of paths) {
      const { states } = readItf(JSON.stringify(itfTrace(path)));
      let record = path.start;
      const read = states.map((state) => Object.fromEntries(Object.entries(state).map(([k, v]) => [k, meant(v)])));
      expect(read[0]).toEqual({
        record,
        event: null,
        effects: [],
        refusal: null,
        'mbt::actionTaken': 'init',
        'mbt::nondetPicks': { event: null, now: null },
      });
      path.steps.forEach(({ event, now, expected }, index) => {
        if (expected.ok) record = expected.state;
        const { type: tag, ...fields } = event;
        const answer = answerOf(expected);
        expect(read[index + 1]).toEqual({
          record,
          event: { tag, ...fields },
          effects: 'ok' in answer ? answer.ok.effects.map(({ type, ...rest }) => ({ tag: type, ...rest })) : [],
          refusal: 'ok' in answer ? null : tagged(answer.err),
          'mbt::actionTaken': tag,
          'mbt::nondetPicks': { event: { tag, ...fields }, now },
        });
      });
    }
  });

  it('is read and written back by Quint with every variable, if Quint is installed', async ({ skip }) => {
    const library = '@informalsystems/quint/dist/src/itf.js';
    const quint: unknown = await import(library).catch(() => null);
    if (quint === null) skip('Quint is not installed. For this test: npm install --no-save @informalsystems/quint');
    // As of Quint 0.33, `Either` has its value under `value`.
    const { ofItfNormalized, toItf } = quint as {
      ofItfNormalized: (trace: unknown) => unknown[];
      toItf: (vars: readonly string[], states: unknown[]) => { value: { states: object[] } };
    };
    for (const path of paths) {
      const { vars, states } = itfTrace(path);
      const written = toItf(vars, ofItfNormalized(JSON.parse(JSON.stringify({ vars, states })))).value.states;
      expect(written).toHaveLength(states.length);
      for (const state of written) expect(Object.keys(state)).toEqual(expect.arrayContaining([...vars]));
    }
  });

  it.each(['{}', '{"#meta":{},"vars":["x"],"states":[{"#meta":{},"x":1}]}', '{"#meta":{},"vars":[],"states":[]}'])(
    'is not %s, and the reader says so',
    (text) => {
      expect(() => readItf(text)).toThrow('not ITF');
    },
  );

  it('keeps a probe of any name', () => {
    const probe = { status: 'pass', mode: 'enforce', lastObservedAt: 1, lastPassAt: 1, failureReason: null } as const;
    const start = { ...recordIn('Soaking'), probes: { ['__proto__']: probe, '': probe } };
    const [state] = itfTrace({ ...(paths[0] as TestPath), start, steps: [] }).states;
    const probes: unknown = Object(state?.['record']).probes;
    expect(probes).toMatchObject({
      '#map': [
        ['__proto__', expect.anything()],
        ['', expect.anything()],
      ],
    });
  });
});

describe('Markdown', () => {
  it('has a row for each event, with its outcome', () => {
    for (const path of paths) {
      const rows = pathMarkdown(path)
        .split('\n')
        .filter((line) => /^\| \d+ \|/.test(line));
      expect(rows).toHaveLength(path.steps.length);
      path.steps.forEach(({ event, expected }, index) => {
        expect(rows[index]).toContain(`\`${event.type}\` seq ${event.seq}`);
        expect(rows[index]).toContain(expected.ok ? expected.state.state : 'refused: `');
        if (expected.ok) for (const { type } of expected.effects) expect(rows[index]).toContain(`\`${type}\``);
      });
    }
  });

  it('is a table with written fields, and effects in order', () => {
    const start = newPendingHost({
      rolloutId: 'r1',
      hostname: 'web-01',
      channel: 'stable',
      targetClosure: 'new',
      dispatchedAt: 1_000,
      soakDueAt: null,
    });
    const policy = { onHealthFailure: 'rollback-and-halt' } as const;
    let record = start;
    const pathStep = (event: HostEvent, now: number, note: string | null = null): PathStep => {
      const expected = step(record, event, now, policy);
      if (expected.ok) record = expected.state;
      return { event, now, note, expected };
    };
    const dispatched = { currentClosureAtDispatch: 'old', receivedAt: 2_000, targetClosure: 'new', soakDueAt: null };
    const steps = [
      pathStep({ type: 'LocalActivate', ...dispatched, seq: 1 }, 2_000),
      pathStep({ type: 'LocalActivate', ...dispatched, seq: 2 }, 2_500, 'once more'),
      pathStep(
        { type: 'LocalActivationFailed', exitCode: 4, stderrTail: 'no `a` | ``b``', failedAt: 3_000, seq: 3 },
        3_000,
      ),
    ];
    const given =
      'currentClosureAtDispatch = "old"`<br>`receivedAt = 2000`<br>`targetClosure = "new"`<br>`soakDueAt = null';
    expect(pathMarkdown({ name: 'by hand', side: 'agent', policy, start, steps }).split('\n')).toEqual([
      '### by hand',
      '',
      'Starts in **Pending** under policy `rollback-and-halt`, with `rolloutId = "r1"`, `hostname = "web-01"`, `channel = "stable"`, `targetClosure = "new"`, `dispatchedAt = 1000`, `probes = {}`, `lastEventSeq = 0`; everything else is null.',
      '',
      '| | now | event | outcome | written | effects, in order |',
      '| --- | --- | --- | --- | --- | --- |',
      `| 1 | 2000 | \`LocalActivate\` seq 1<br>\`${given}\` | → **Activating** | \`currentClosureAtDispatch = "old"\`<br>\`dispatchAckedAt = 2000\` | \`RecordTransition\`, \`LocalEmitEvent\`, \`LocalFireSwitch\` |`,
      `| 2 | 2500 | \`LocalActivate\` seq 2, once more<br>\`${given}\` | refused: \`IllegalForState\` |  |  |`,
      '| 3 | 3000 | `LocalActivationFailed` seq 3<br>`exitCode = 4`<br>```stderrTail = "no `a` \\| ``b``"```<br>`failedAt = 3000` | → **Failed** | `activationFailedAt = 3000`<br>`failedAt = 3000`<br>`policyApplied = "rollback-and-halt"` | `LocalEmitEvent`, `RecordTransition`, `LocalFireRollbackTo` |',
      '',
    ]);
  });

  it('keeps a text with backticks unchanged, in a longer fence', () => {
    const texts = ['a', '`a', 'a ``` b'].map((rolloutId) =>
      pathMarkdown({ ...(paths[0] as TestPath), start: { ...recordIn('Pending'), rolloutId }, steps: [] }),
    );
    expect(texts.map((text) => /with (.*), `hostname/.exec(text)?.[1])).toEqual([
      '`rolloutId = "a"`',
      '``rolloutId = "`a"``',
      '````rolloutId = "a ``` b"````',
    ]);
  });

  it('keeps its table whatever the texts', () => {
    const odd = paths[0] as TestPath;
    const steps = odd.steps.map((step) => ({ ...step, note: 'a | b\n| c' }));
    const rows = pathMarkdown({ ...odd, steps })
      .split('\n')
      .filter((line) => line.startsWith('| ') && /\d/.test(line));
    expect(rows.every((row) => row.split(/(?<!\\)\|/).length === 8)).toBe(true);
  });

  it('has all inputs of the machine, so that a person can follow it', () => {
    for (const path of paths) {
      const text = pathMarkdown(path);
      for (const [field, value] of Object.entries(path.start)) {
        if (field !== 'state' && field !== 'probes' && value !== null)
          expect(text).toContain(`\`${field} = ${JSON.stringify(value)}\``);
      }
      path.steps.forEach(({ event, now }, index) => {
        const row = text.split('\n').find((line) => line.startsWith(`| ${index + 1} | ${now} |`));
        for (const [field, value] of Object.entries(event)) {
          if (field === 'type' || field === 'seq') continue;
          expect(row).toContain(JSON.stringify(value).replaceAll('|', '\\|'));
        }
      });
    }
  });

  it('shows the probes of a start', () => {
    const probe = { status: 'pass', mode: 'enforce', lastObservedAt: 1, lastPassAt: 1, failureReason: null } as const;
    const start = { ...recordIn('Soaking'), probes: { web: probe } };
    const text = pathMarkdown({ ...(paths[0] as TestPath), start });
    expect(text).toContain(`\`probes = {"web":${JSON.stringify(probe)}}\`, `);
  });
});

describe('a Mermaid sequence', () => {
  it('has a message for each event and each effect, and a cross for each refusal', () => {
    const lines = paths.flatMap((path) =>
      pathMermaid(path)
        .split('\n')
        .map((line) => line.trim()),
    );
    const events = paths.flatMap(({ steps }) => steps);
    const effects = events.flatMap(({ expected }) => (expected.ok ? expected.effects : []));
    expect(lines.filter((line) => line.startsWith('W->>M: '))).toHaveLength(events.length);
    expect(lines.filter((line) => line.startsWith('M-->>W: '))).toHaveLength(effects.length);
    expect(lines.filter((line) => line.startsWith('M--xW: refused, '))).toHaveLength(refusals.length);
    expect(lines.filter((line) => line === 'sequenceDiagram')).toHaveLength(paths.length);
  });

  it('escapes what would end a message', () => {
    const odd = paths[0] as TestPath;
    const text = pathMermaid({ ...odd, steps: odd.steps.map((step) => ({ ...step, note: 'a;b #1\nc' })) });
    expect(text).toContain('a#59;b #35;1 c');
  });
});

describe('a vitest file', () => {
  it('has a test for each path, and names recurring values once', () => {
    const text = vitestFile([{ title: "it's", policy: { onHealthFailure: 'halt' }, paths }]);
    expect(text.match(/^ {2}it\('/gm)).toHaveLength(paths.length);
    expect(text.match(/(?<!\w)refuse\(record, /g)).toHaveLength(refusals.length);
    expect(text).toContain("describe('it\\'s', () => {");
    const target = paths[0]?.start.targetClosure ?? '';
    expect(text.split(target)).toHaveLength(2);
  });
});

describe('coverage', () => {
  const meter = measureCoverage({ sides: ['agent'], policies: ['rollback-and-halt'] });
  for (const path of paths) {
    meter.begin(path.start);
    for (const { step: _, ...visit } of expectedVisits(path)) meter.run(visit);
  }
  meter.skip();
  const report = meter.report();

  it('is a table that names what is missing', () => {
    const table = coverageTable(report);
    expect(table).toMatch(/^Coverage: \d+ events asked, (\d+) answered, \1 compared, \1 right\n/);
    expect(table).toMatch(/^cells \(every state and event\) +84\/84 +100 %$/m);
    expect(table).toMatch(/^Not covered, transition pairs \(1-switch\):\n {2}\S+ → \S+/m);
    expect(table).toMatch(/^ {2}and \d+ more$/m);
  });

  it('is properties for JUnit', () => {
    const properties = new Map(coverageProperties(report));
    expect(properties.get('coverage.cells')).toBe('84/84');
    expect(properties.get('coverage.transitions')).toBe('14/14');
    expect(Number(properties.get('steps.asked')) - Number(properties.get('steps.answered'))).toBe(1);
  });

  it('is an overlay of the states, transitions and cells, with how often each was exercised', () => {
    const overlay = coverageOverlay(report);
    expect(Object.keys(overlay.states)).toHaveLength(7);
    expect(Object.keys(overlay.cells)).toHaveLength(84);
    expect(Object.keys(overlay.transitions)).toHaveLength(14);
    expect(Math.min(...Object.values(overlay.cells))).toBeGreaterThan(0);
  });

  it('is compared with thresholds, with a sentence for each one missed', () => {
    const parsed = parseThresholds('cells=100, transitionPairs=100');
    expect(parsed).toEqual({ ok: true, thresholds: { cells: 100, transitionPairs: 100 } });
    expect(missedThresholds(report, parsed.ok ? parsed.thresholds : {})).toEqual([
      expect.stringMatching(/^Coverage of transitionPairs is \d+ % \(\d+\/49\), and 100 % is asked for\.$/),
    ]);
    expect(missedThresholds(report, {})).toEqual([]);
  });

  it.each(['', 'cells', 'cells=101', 'cell=50', 'cells=-1', '__proto__=1', 'cells=5,x=7'])(
    'has no threshold %j, and says why',
    (text) => {
      expect(parseThresholds(text)).toMatchObject({ ok: false, problems: [{ message: expect.any(String) }] });
    },
  );

  it('rounds down, so that 100 % means everything', () => {
    const almost = measureCoverage({ sides: ['agent'], policies: ['halt'] });
    expect(almost.report().dimensions.states).toMatchObject({ covered: 0, total: 7, percent: 0 });
    almost.begin(recordIn('Soaking'));
    expect(almost.report().dimensions.states).toMatchObject({ covered: 1, percent: 14 });
  });
});

describe('JUnit', () => {
  it("is valid by Jenkins' schema whatever the names and problems", async () => {
    const empty = measureCoverage({ sides: ['agent'], policies: ['halt'] }).report();
    const fine = { problem: null, fault: null, trail: [], step: null, compared: 1, durationMs: 500 } as const;
    const report: ConformanceReport = {
      format: 'nixfleet-conformance',
      version: 1,
      mode: 'question',
      verdict: 'peer-failed',
      asked: 3,
      matched: 1,
      mismatched: 0,
      failed: 1,
      notAsked: 1,
      untested: 0,
      unsupported: {},
      hostEvents: { agent: { compared: 1, unsupported: 0 }, 'control-plane': { compared: 0, unsupported: 0 } },
      mismatches: [],
      mistakes: [],
      reproducers: [],
      failures: [],
      unexplained: [{ kind: 'ended', message: 'gone' }],
      disorder: { count: 0, example: null },
      givenUpAfter: null,
      restrictions: ['--only <1>'],
      shortfalls: ['Coverage of cells is 1 %.'],
      restarts: 1,
      tests: [
        {
          name: 'a "quoted" <name> & \u0000 more',
          events: 1,
          problem: 'x < y && "z" \u001b[31m \ud800',
          fault: 'answer',
          trail: ['> Pending: \u0000'],
          step: 1,
          skipped: 0,
          compared: 1,
          durationMs: 1_250,
        },
        { ...fine, name: 'passed', events: 1, skipped: 0 },
      ],
      coverage: empty,
    };
    const xml = conformanceJUnit(report);
    expect(xml).toContain('<testsuites tests="4" failures="2" errors="1" time="1.750">');
    expect(xml).toContain('name="a &quot;quoted&quot; &lt;name&gt; &amp; \ufffd more"');
    expect(xml).toContain('<property name="restrictions" value="--only &lt;1&gt;"/>');
    expect(xml).toContain('<failure message="Coverage of cells is 1 %.">');
    expect(xml).toContain('<property name="coverage.cells" value="0/84"/>');
    expect(await junitProblems(xml)).toEqual([]);
    // It was once refused for this attribute.
    const skipped = xml.replace('<testsuites', '<testsuites skipped="1"');
    expect(await junitProblems(skipped)).toEqual([expect.stringContaining("attribute 'skipped' is not allowed")]);
    expect(await junitProblems(xml.replace('</testsuite>', ''))).not.toEqual([]);
    for (const forbidden of ['\u0000', '\u001b', '\ud800']) expect(xml).not.toContain(forbidden);
  });
});

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeRunStream,
  encodeObservation,
  encodeRunSetup,
  judge,
  Judging,
  runSetupOf,
  simulate,
  type Observation,
  type Run,
  type RunStream,
  type Scenario,
} from '../../src/simulator/index.ts';
import { readExample } from '../support/read-example.ts';
import { AGENT_BUGS } from './planted-bugs/agent-bugs.ts';

interface Recorded extends RunStream {
  readonly run: Run;
  readonly observations: readonly Observation[];
}

function record(scenario: Scenario, options: Parameters<typeof simulate>[1] = {}): Recorded {
  const observations: Observation[] = [];
  const run = simulate(scenario, { ...options, onObservation: (observation) => observations.push(observation) });
  return { run, setup: runSetupOf(scenario), observations };
}

const examples = ['scenarios', 'findings'].flatMap((folder) =>
  readdirSync(new URL(`../../examples/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ file, folder })),
);

/** Most examples have a few hosts. The large ones are neither written and read back nor forked, except at night. */
const isLarge = ({ observations }: Recorded): boolean =>
  observations.length > (process.env['NIGHTLY'] === '1' ? 40_000 : 8_000);

function throughLines(recorded: Recorded): RunStream {
  const { setup, observations } = recorded;
  if (isLarge(recorded)) return recorded;
  return decodeRunStream([encodeRunSetup(setup), ...observations.map(encodeObservation)].join('\n'));
}

describe('a recorded run stream', () => {
  test.each(examples)(
    'of $file is judged as the live run was, and so are its forks',
    { timeout: 120_000 },
    ({ file, folder }) => {
      const recorded = record(readExample(`${folder}/${file}`).scenario);
      const { violations } = recorded.run;
      expect(judge(throughLines(recorded))).toEqual(violations);
      if (isLarge(recorded)) return;

      const middle = Math.floor(recorded.observations.length / 2);
      const trunk = Judging.begin(recorded.setup);
      const before = recorded.observations.slice(0, middle).flatMap((observation) => trunk.take(observation));
      const rest = recorded.observations.slice(middle);
      const branches = [trunk.fork(), trunk].map((branch) => rest.flatMap((observation) => branch.take(observation)));
      for (const branch of branches) expect([...before, ...branch]).toEqual(violations);
    },
  );

  test('of a broken agent is judged as the live run was', () => {
    const bug = AGENT_BUGS.find(({ name }) => name === 'a host converges before its soak is over');
    if (bug === undefined) throw new Error('There is no such planted bug.');
    const recorded = record(bug.scenario, { cores: bug.cores });
    expect(recorded.run.violations.length).toBeGreaterThan(0);
    expect(judge(throughLines(recorded))).toEqual(recorded.run.violations);
  });

  test('with a line that is none of it is refused, with the number of the line', () => {
    const setup = encodeRunSetup(runSetupOf(readExample('scenarios/a-good-day.yaml').scenario));
    expect(() => decodeRunStream('')).toThrow('Line 1: expected the first line of a run stream');
    expect(() => decodeRunStream('{"format":"other"}')).toThrow('Line 1');
    expect(() => decodeRunStream(`${setup}\n{`)).toThrow('Line 2: expected a JSON object');
    expect(() => decodeRunStream(`${setup}\n{"type":"Teleported","runMs":1}`)).toThrow(
      'Line 2: expected an observation',
    );
  });
});

import type { Scenario, ScenarioAction, ScenarioStep } from '../../../src/simulator/index.ts';
import { RandomStreams } from '../../../src/simulator/random-streams.ts';
import { fullDay } from './full-days.ts';
import { oddDay } from './odd-days.ts';
import { MINUTE } from './small-fleets.ts';
import { strangeDay } from './strange-days.ts';
import { wildDay } from './wild-days.ts';

const HOUR = 60 * MINUTE;

/** A day of another kind on which disks and databases are lost again and again, backups restored and clocks set. */
export function lossyDay(seed: number): Scenario {
  const random = new RandomStreams<'lossy'>(seed).of('lossy', 'lossy');
  const day = random.pick([strangeDay, fullDay, wildDay, oddDay])(seed);
  const names = day.hosts.map(({ hostname }) => hostname);
  const [first = 'h1'] = names;
  const some = (chance: number): string[] => names.filter(() => random.happens(chance)).concat(first);
  const steps: ScenarioStep[] = [];
  const add = (times: number, action: () => ScenarioAction): void => {
    for (let left = times; left > 0; left -= 1)
      steps.push({
        when: { type: 'At', atMs: random.between(1, 118) * MINUTE + random.between(0, 59_999) },
        do: action(),
      });
  };
  add(random.between(1, 4), () => ({
    type: 'lose-disk',
    hosts: some(0.6),
    downMs: random.pick([null, 60_000, 600_000]),
  }));
  const downMs = (): number | null => random.pick([null, 20_000, 900_000]);
  add(random.between(0, 2), () => ({ type: 'lose-database', downMs: downMs() }));
  // A backup brings a replaced release back for good (docs/findings.md).
  if (!hasReleaseAgain(day))
    add(random.between(0, 3), () => {
      const ageMs = random.between(1, 90) * MINUTE;
      return { type: 'restore-backup', ageMs, momentMs: null, downMs: downMs() };
    });
  add(random.between(0, 2), () => {
    const hosts = some(0.5);
    return { type: 'set-clock', hosts, skewMs: random.between(-2 * HOUR, 2 * HOUR), driftPpm: 0 };
  });
  if (random.happens(0.3))
    add(1, () => ({ type: 'set-control-plane-clock', skewMs: random.between(-HOUR, HOUR), driftPpm: 0 }));
  // Clocks that are hours off make soaks hours longer.
  const settle = day.settle === null ? null : { ...day.settle, withinMs: day.settle.withinMs + 48 * HOUR };
  return { ...day, title: 'A lossy day', steps: [...day.steps, ...steps], settle };
}

/** A lossy day on which about half of all faults are frequent. */
export function nastyDay(seed: number): Scenario {
  const random = new RandomStreams<'nasty'>(seed).of('nasty', 'nasty');
  const day = lossyDay(seed);
  const restores = day.rates.backupRestoresPerHour > 0 || day.steps.some((step) => step.do.type === 'restore-backup');
  const upTo = (rate: number): number => (random.happens(0.5) ? rate * random.unit() : 0);
  return {
    ...day,
    title: 'A nasty day',
    rates: {
      ...day.rates,
      activationDeferred: upTo(0.7),
      deferredRebootAfter: { minMs: MINUTE, maxMs: HOUR },
      bootFallsBack: upTo(0.4),
      wrongClosure: upTo(0.3),
      rollbackLies: upTo(0.5),
      rollbackFails: upTo(0.5),
      failsAfterSwitching: upTo(0.4),
      activationFails: upTo(0.3),
      unitsFailed: upTo(0.3),
      probeFails: upTo(0.5),
      probeSilent: upTo(0.2),
      workerHangs: upTo(0.3),
      reportRepeated: upTo(0.5),
      agentCrashesPerHour: upTo(6),
      crashBeforeEffect: upTo(0.02),
      tailLost: upTo(0.5),
      diskLossesPerHour: upTo(2),
      rebootsPerHour: upTo(3),
      databaseLossesPerHour: upTo(2),
      backupRestoresPerHour: restores ? upTo(3) : 0,
      controlPlaneRestartsPerHour: upTo(4),
      controlPlaneKilledBeforeEffect: upTo(0.01),
      partitionsPerHour: upTo(3),
      requestLost: upTo(0.3),
      answerLost: upTo(0.3),
      requestBounced: upTo(0.2),
      requestDuplicated: upTo(0.3),
    },
  };
}

function hasReleaseAgain({ rollouts, steps }: Scenario): boolean {
  const ids = [...rollouts, ...steps.flatMap((step) => (step.do.type === 'publish' ? step.do.rollouts : []))].map(
    ({ rolloutId }) => rolloutId,
  );
  return new Set(ids).size < ids.length;
}

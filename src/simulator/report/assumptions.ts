import type { ProbeDefinition } from '../../agent/index.ts';
import { writeDuration } from '../../text/index.ts';
import type { Assumption } from '../fleet-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { writeSpan } from '../span.ts';
import type { Page } from './page.ts';

/** What every run depends on, with how to say something else. */
export function assumptionsOf({ hosts, probeSets, durations }: Scenario): readonly Assumption[] {
  const used = new Set(hosts.map(({ probeSet }) => probeSet));
  const [first] = used;
  const what =
    used.size === 1 && first !== undefined
      ? `Every host runs ${probesWords(probeSets[first] ?? [])}.`
      : `Hosts run ${used.size} sets of probes.`;
  const { activation, rollback, probe, reboot } = durations;
  return [
    { what: `${what} They pass unless something goes wrong.`, change: 'Say more in a scenario, under `probes`.' },
    {
      what: `A switch takes ${writeSpan(activation)}, a rollback ${writeSpan(rollback)}, a probe ${writeSpan(probe)}, a reboot ${writeSpan(reboot)}.`,
      change: 'Say more in a scenario, under `durations`.',
    },
  ];
}

function probesWords(probes: readonly ProbeDefinition[]): string {
  const running = probes.filter(({ mode }) => mode !== 'disabled');
  if (running.length === 0) return 'no probe';
  const list = running.map(
    ({ probeName, mode, intervalSecs }) =>
      `${probeName}${mode === 'enforce' ? '' : ` (${mode})`} every ${writeDuration(intervalSecs * 1000)}`,
  );
  return `the ${running.length === 1 ? 'probe' : 'probes'} ${list.join(', ')}`;
}

export function assumed(page: Page, assumptions: readonly Assumption[]): void {
  if (assumptions.length === 0) return;
  page.title('What is assumed');
  for (const { what, change } of assumptions) {
    page.line(what, 'plain', 2);
    page.line(change, 'quiet', 4);
  }
}

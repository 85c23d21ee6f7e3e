import { DEFAULT_AGENT_SETTINGS } from '../../agent/index.ts';
import { FAULT_NAMES, type FaultName } from '../fault-names.ts';
import { NO_FAULTS, type FaultRates } from '../fault-rates.ts';
import { DEFAULT_DURATIONS, DEFAULT_NETWORK } from '../scenario-defaults.ts';
import {
  AGENT_FIELDS,
  DURATION_FIELDS,
  NETWORK_FIELDS,
  RATE_FIELDS,
  writeFields,
  type FieldsOf,
} from './settings-fields.ts';
import { STEP_NAMES, STEP_SCHEMAS, type StepName } from './step-schemas.ts';

/** How a scenario asks for a fault, and what for. */
interface FaultGuide {
  readonly steps: readonly StepName[];
  readonly rates: readonly (keyof FaultRates)[];
  /** Another way to have it, beside steps and rates. */
  readonly also: string | null;
  readonly tests: string;
}

/** For every fault, in the words of scenario files. */
export const FAULT_GUIDES: Readonly<Record<FaultName, FaultGuide>> = {
  'agent-crash': guide(['crash'], ['agentCrashesPerHour'], 'the agent finds out what was under way, and goes on'),
  'crash-between-effects': guide(
    ['crash'],
    ['crashBeforeEffect'],
    'no effect is lost or done twice, wherever the crash falls',
  ),
  'tail-lost': guide(['crash'], ['tailLost'], 'events that were not on disk may go, and only as the last ones'),
  reboot: guide(['reboot'], ['rebootsPerHour'], 'boot recovery; an activation that a reboot finishes or undoes'),
  offline: guide(['take-offline'], ['offlineForGood'], 'what one dead host holds up, and that the report says so'),
  'late-host': guide(
    [],
    ['joinsLate'],
    'a dispatch waits for its host; a wave waits for its last host',
    '`joins` under `hosts`',
  ),
  'control-plane-restart': guide(
    ['restart-control-plane'],
    ['controlPlaneRestartsPerHour'],
    'agents go on by themselves, and tell later',
  ),
  'database-lost': guide(
    ['lose-database'],
    ['databaseLossesPerHour'],
    'recovery from nothing: heartbeats are enough, quarantines included',
  ),
  'activation-fails': guide(
    ['fail-activation'],
    ['activationFails'],
    'the policy on failure: halt, or roll back and halt',
  ),
  'wrong-closure': guide(['wrong-closure'], ['wrongClosure'], 'nothing converges on what it was not to run'),
  'activation-deferred': guide(
    ['defer-activation'],
    ['activationDeferred', 'deferredComponents', 'deferredRebootAfter'],
    'others go past a host that waits for its reboot; successor channels do not',
  ),
  'probe-fails': guide(['fail-probe'], ['probeFails', 'probeFailsAfter'], 'sustained failure, rollback and quarantine'),
  'probe-flaps': guide(['flap-probe'], ['probeFlaps', 'probeFlapPeriod'], 'failures that come and go'),
  'probe-silent': guide(
    ['silence-probe'],
    ['probeSilent'],
    'no host converges before every enforce probe has reported',
  ),
  'rollback-fails': guide(
    ['fail-rollback'],
    ['rollbackFails'],
    'the host stays Failed, and tries again at its next boot',
  ),
  'clock-skew': guide(
    ['set-clock'],
    ['clockSkewMs', 'clockDriftPpm'],
    'soaks that are judged by clocks that disagree',
    '`clock` and `drift-ppm` under `hosts`',
  ),
  'request-lost': guide(['lose-messages'], ['requestLost'], 'events are sent again, under the same number'),
  'answer-lost': guide(['lose-messages'], ['answerLost'], 'what arrived already is recognised when it comes again'),
  'request-duplicated': guide(['duplicate-messages'], ['requestDuplicated'], 'the same'),
  'slow-link': guide(['slow-link'], ['slowLink', 'slowLinkExtra'], 'order and timeouts when answers are late'),
  partition: guide(
    ['partition'],
    ['partitionsPerHour', 'partitionLasts'],
    'agents decide by themselves; only the next wave is late',
  ),
  successor: guide(['publish'], [], 'a rollout is superseded where it stands'),
};

function guide(
  steps: readonly StepName[],
  rates: readonly (keyof FaultRates)[],
  tests: string,
  also: string | null = null,
): FaultGuide {
  return { steps, rates, also, tests };
}

/** Keys that every step has. */
const COMMON: ReadonlySet<string> = new Set(['do', 'at', 'when', 'after', 'note']);

/** Each fault: how to ask for it, and what it tests; a table in Markdown for docs/scenarios.md. */
export function faultTable(): string {
  return table(
    ['fault', 'step', 'by chance, with its default', 'what it tests'],
    FAULT_NAMES.map((fault) => {
      const { steps, rates, also, tests } = FAULT_GUIDES[fault];
      const asked = [...steps.map((name) => `\`${name}\``), ...(also === null ? [] : [also])].join(', or ');
      return [
        `\`${fault}\``,
        asked,
        rates.map((rate) => `\`${RATE_FIELDS[rate].key}\` ${defaultOf(rate)}`).join(', '),
        tests,
      ];
    }),
  );
}

function defaultOf(rate: keyof FaultRates): string {
  const written = writeFields(RATE_FIELDS, NO_FAULTS, null)[RATE_FIELDS[rate].key];
  return Array.isArray(written) ? written.join(', ') : String(written);
}

/** Each kind of step with its parameters. */
export function stepTable(): string {
  return table(
    ['do', 'parameters'],
    STEP_NAMES.map((name) => {
      const shape: Readonly<
        Record<
          string,
          { readonly description?: string | undefined; safeParse(value: unknown): { readonly success: boolean } }
        >
      > = STEP_SCHEMAS[name].shape;
      const parameters = Object.entries(shape).filter(([key]) => !COMMON.has(key));
      return [`\`${name}\``, parameters.map(([key, schema]) => parameter(key, schema)).join('; ')];
    }),
  );
}

function parameter(
  key: string,
  schema: { readonly description?: string | undefined; safeParse(value: unknown): { readonly success: boolean } },
): string {
  const isNeeded = !schema.safeParse(undefined).success;
  return `\`${key}\`${isNeeded ? '' : ' (optional)'}${schema.description === undefined || isNeeded ? '' : `: ${schema.description}`}`;
}

/** Every setting of a section with its default. */
export function settingTables(): string {
  return [
    ['durations', settingTable(DURATION_FIELDS, DEFAULT_DURATIONS)],
    ['network', settingTable(NETWORK_FIELDS, DEFAULT_NETWORK)],
    ['agent', settingTable(AGENT_FIELDS, DEFAULT_AGENT_SETTINGS)],
    ['rates', settingTable(RATE_FIELDS, NO_FAULTS)],
  ]
    .map(([name, lines]) => `### \`${name}\`\n\n${lines}`)
    .join('\n\n');
}

function settingTable<Settings extends object>(fields: FieldsOf<Settings>, defaults: Settings): string {
  const written = writeFields(fields, defaults, null);
  const rows = Object.values<{ readonly key: string; readonly about: string }>(fields).map(({ key, about }) => [
    `\`${key}\``,
    shown(written[key]),
    about,
  ]);
  return table(['setting', 'default', 'meaning'], rows);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inside]) => `${key} ${String(inside)}`)
    .join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

import { DEFAULT_AGENT_SETTINGS } from '../../agent/index.ts';
import { FAULT_GUIDES, FAULT_NAMES, NO_FAULTS, STEP_KINDS, STEPS_OF, type FaultRates } from '../faults/index.ts';
import { NO_EXTENSIONS } from '../extensions.ts';
import { DEFAULT_DURATIONS, DEFAULT_NETWORK } from '../scenario-defaults.ts';
import { writeFields, type FieldsOf } from './fields.ts';
import { AGENT_FIELDS, DURATION_FIELDS, EXTENSION_FIELDS, NETWORK_FIELDS, RATE_FIELDS } from './settings-fields.ts';

/** A Markdown table for docs/scenarios.md: each fault, how to request it, and what it tests. */
export function faultTable(): string {
  return table(
    ['fault', 'step', 'at random, with its default', 'what it tests'],
    FAULT_NAMES.map((fault) => {
      const { also, tests } = FAULT_GUIDES[fault];
      const rates: readonly (keyof FaultRates)[] = FAULT_GUIDES[fault].rates;
      const step = STEPS_OF[fault];
      const asked = [...(step === null ? [] : [`\`${step}\``]), ...(also === undefined ? [] : [also])].join(', or ');
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
    [...STEP_KINDS.values()].map(({ do: name, isOnHosts, shape }) => {
      const parameters = Object.entries(shape).map(([key, schema]) => parameter(key, schema));
      return [`\`${name}\``, [...(isOnHosts ? ['`hosts`'] : []), ...parameters].join('; ')];
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
    ['extensions', settingTable(EXTENSION_FIELDS, NO_EXTENSIONS)],
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

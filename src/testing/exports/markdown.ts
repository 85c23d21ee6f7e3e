import type { HostEvent } from '../../machine/events.ts';
import type { HostRolloutState } from '../../machine/record.ts';
import type { TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';

/** Inside of a table's cell, where a pipe or a line break would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*[\r\n]+\s*/g, ' ');

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const fieldsOf = (fields: Iterable<readonly [string, unknown]>): readonly string[] =>
  Array.from(fields, ([field, value]) => code(`${field} = ${JSON.stringify(value)}`));

/** What the event carries beside its name and its number. */
function carriedBy({ type: _type, seq: _seq, ...carried }: HostEvent): readonly string[] {
  return fieldsOf(Object.entries(carried));
}

/** What the path starts from, as far as there is anything in it. */
function givenIn({ state: _state, probes, ...record }: HostRolloutState): readonly string[] {
  const given = Object.entries(record).filter(([, value]) => value !== null);
  return fieldsOf(Object.keys(probes).length === 0 ? given : [...given, ['probes', probes]]);
}

/** A path as a table that a person can walk through by hand, with everything that the machine is given. */
export function pathMarkdown(path: TestPath): string {
  let record = path.start;
  const rows = path.steps.map(({ event, now, note, expected }, index) => {
    const before = record;
    if (expected.ok) record = expected.state;
    const outcome = expected.ok
      ? record.state === before.state
        ? `stays ${record.state}`
        : `→ **${record.state}**`
      : `refused: ${code('invariant' in expected.error ? expected.error.invariant : expected.error.kind)}`;
    const writes = fieldsOf(changedFields(before, record));
    const effects = expected.ok ? expected.effects.map(({ type }) => code(type)) : [];
    const name = `${code(event.type)} seq ${event.seq}${note === null ? '' : `, ${note}`}`;
    const what = [name, ...carriedBy(event)].join('<br>');
    const cells = [String(index + 1), String(now), what, outcome, writes.join('<br>'), effects.join(', ')];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return [
    `### ${path.name}`,
    '',
    `Starts in **${path.start.state}** under policy ${code(path.policy.onHealthFailure)}, with ${givenIn(path.start).join(', ')}; everything else is null.`,
    '',
    '| | now | event | outcome | written | effects, in order |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

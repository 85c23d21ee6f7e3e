import type { PlayRecord } from '../play/engine.ts';
import { fullValue, shortValue } from './format.ts';

interface Props {
  readonly before: PlayRecord | null;
  readonly record: PlayRecord;
}

/** Every field of the record; what the last event changed is marked, with what it was. */
export function RecordTable({ before, record }: Props) {
  const old: Readonly<Record<string, unknown>> = { ...(before ?? record) };
  return (
    <section className="record">
      <h2>Record</h2>
      <table data-testid="record">
        <tbody>
          {Object.entries(record).map(([name, value]) => {
            const isChanged = JSON.stringify(old[name]) !== JSON.stringify(value);
            return (
              <tr key={name} className={isChanged ? 'is-changed' : value === null ? 'is-empty' : ''}>
                <th scope="row">{name}</th>
                <td title={fullValue(name, value)} data-value={JSON.stringify(value)}>
                  {isChanged && <del title={fullValue(name, old[name])}>{shortValue(name, old[name])}</del>}
                  {isChanged ? <ins>{shortValue(name, value)}</ins> : shortValue(name, value)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

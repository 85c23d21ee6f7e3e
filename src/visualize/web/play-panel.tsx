import { useState } from 'react';
import type { ChartModel } from '../chart-model.ts';
import type { PlayEvent, PlayRecord } from '../play/engine.ts';
import type { SessionMoment, Session } from '../play/session.ts';
import { policyWords, tagWords } from '../words.ts';
import { EventForm } from './event-form.tsx';
import { HistoryList } from './history-list.tsx';
import { OutcomeView } from './outcome.tsx';
import { StateBadge } from './state-badge.tsx';
import { fullValue, shortValue } from './format.ts';

interface RecordTableProps {
  readonly before: PlayRecord | null;
  readonly record: PlayRecord;
}

/** Every field of the record. Fields changed by the last event are marked, with their old values. */
function RecordTable({ before, record }: RecordTableProps) {
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

interface Props {
  readonly model: ChartModel;
  readonly session: Session;
  readonly moments: readonly SessionMoment[];
  readonly record: PlayRecord;
  readonly editing: string | null;
  readonly onEdit: (type: string | null) => void;
  readonly onSendUsual: (type: string) => void;
  readonly onSend: (event: PlayEvent) => void;
  readonly onJump: (cursor: number) => void;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
}

/** The panel beside the chart: the current state, the last event, and the history. */
export function PlayPanel(props: Props) {
  const { model, session, moments, record, editing, onEdit, onSend, onJump } = props;
  const last = moments.at(-1) ?? null;
  return (
    <aside className="panel" aria-label="Play">
      <section className="now">
        <div>
          <h2>State</h2>
          <p className="present" data-testid="present-state">
            <StateBadge state={record.state} />
          </p>
        </div>
        <div className="row">
          <button
            type="button"
            disabled={session.cursor === 0}
            onClick={() => onJump(session.cursor - 1)}
            title="Undo (U)"
          >
            Undo
          </button>
          <button
            type="button"
            disabled={session.cursor === session.events.length}
            onClick={() => onJump(session.cursor + 1)}
            title="Redo (R)"
          >
            Redo
          </button>
          {session.events.length > 0 && (
            <button
              type="button"
              disabled={session.cursor === session.events.length && !props.isPlaying}
              onClick={props.onPlay}
              aria-label={props.isPlaying ? 'Pause' : 'Play the rest'}
            >
              {props.isPlaying ? '❚❚' : '▶'}
            </button>
          )}
        </div>
      </section>
      <Meaning model={model} state={record.state} session={session} />
      {editing === null ? (
        <Sender model={model} record={record} onEdit={onEdit} onSendUsual={props.onSendUsual} />
      ) : (
        <EventForm
          key={`${editing} ${session.cursor}`}
          session={session}
          record={record}
          type={editing}
          onSend={onSend}
          onClose={() => onEdit(null)}
        />
      )}
      <OutcomeView model={model} session={session} moment={last} />
      <HistoryList session={session} moments={moments} onJump={onJump} />
      <RecordTable before={last?.before ?? null} record={record} />
    </aside>
  );
}

interface MeaningProps {
  readonly model: ChartModel;
  readonly state: string;
  readonly session: Session;
}

/** The current state and the policy in words. */
function Meaning({ model, state: name, session }: MeaningProps) {
  const state = model.states.find((each) => each.name === name);
  const shown = state?.tags.filter((tag) => tag !== 'at-end-under-halt' || session.onHealthFailure === 'halt') ?? [];
  return (
    <section className="meaning" data-testid="meaning">
      <p>{state?.description}</p>
      {shown.map((tag) => (
        <p className="hint" key={tag}>
          <code>{tag}</code>: {tagWords(tag)}.
        </p>
      ))}
      {session.machine === 'host' && (
        <p className="hint">
          Policy <code>{session.onHealthFailure}</code>: {policyWords(session.onHealthFailure)}.
        </p>
      )}
    </section>
  );
}

interface SenderProps {
  readonly model: ChartModel;
  readonly record: PlayRecord;
  readonly onEdit: (type: string) => void;
  readonly onSendUsual: (type: string) => void;
}

/** Every event by name, as an alternative to the chart, even if the state does not accept it. */
function Sender({ model, record, onEdit, onSendUsual }: SenderProps) {
  const taken = model.states.find(({ name }) => name === record.state)?.events.map(({ type }) => type) ?? [];
  const refused = model.eventTypes.filter((type) => !taken.includes(type));
  const [chosen, choose] = useState<string | null>(null);
  const isKnown = chosen !== null && model.eventTypes.includes(chosen);
  const type = isKnown ? chosen : (taken[0] ?? refused[0] ?? '');
  return (
    <section className="sender">
      <label>
        <span>Event</span>
        <select value={type} onChange={(event) => choose(event.target.value)} data-testid="event-select">
          {taken.length > 0 && (
            <optgroup label={`${record.state} takes`}>
              {taken.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </optgroup>
          )}
          <optgroup label={`${record.state} refuses`}>
            {refused.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </optgroup>
        </select>
      </label>
      <button type="button" className="primary" onClick={() => onSendUsual(type)}>
        Send
      </button>
      <button type="button" onClick={() => onEdit(type)}>
        Edit…
      </button>
    </section>
  );
}

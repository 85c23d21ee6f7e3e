import { useState, type FormEvent } from 'react';
import { playEngines, type PlayEvent, type PlayRecord } from '../play/engine.ts';
import { textOfValue, valueOfText } from '../play/field-text.ts';
import { timeAfter, type Session } from '../play/session.ts';
import { inputs, problemOf, type FormField } from '../play/event-fields.ts';

interface Props {
  readonly session: Session;
  readonly record: PlayRecord;
  readonly type: string;
  readonly onSend: (event: PlayEvent) => void;
  readonly onClose: () => void;
}

/** Edits the payload of an event before it is sent. An invalid one cannot be sent. */
export function EventForm({ session, record, type, onSend, onClose }: Props) {
  const engine = playEngines[session.machine];
  const policy = { onHealthFailure: session.onHealthFailure };
  const ways = engine.ways(type, record, timeAfter(record), policy);
  const fields = engine.fieldsOf(type);
  const textsOf = (event: PlayEvent | undefined) =>
    Object.fromEntries(fields.map((field) => [field.name, textOfValue(field, valueIn(event, field.name))]));
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => textsOf(ways[0]?.event));

  const values = fields.map((field) => ({ field, value: valueOfText(field, texts[field.name] ?? '') }));
  const problems = new Map(values.map(({ field, value }) => [field.name, problemOf(field, value)]));
  const isValid = [...problems.values()].every((problem) => problem === null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isValid) return;
    // Safe: every field of the type is there, and was validated above.
    onSend({
      type,
      ...Object.fromEntries(values.map(({ field, value }) => [field.name, value])),
    } as unknown as PlayEvent);
  };

  return (
    <form
      className="event-form"
      onSubmit={submit}
      aria-label={`Payload of ${type}`}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header>
        <h3>{type}</h3>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close the form">
          ✕
        </button>
      </header>
      {ways.length > 1 && (
        <label className="field">
          <span>Begin from</span>
          <select autoFocus onChange={(event) => setTexts(textsOf(ways[Number(event.target.value)]?.event))}>
            {ways.map((way, index) => (
              <option key={way.name} value={index}>
                {way.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          text={texts[field.name] ?? ''}
          problem={problems.get(field.name) ?? null}
          onChange={(text) => setTexts({ ...texts, [field.name]: text })}
        />
      ))}
      <footer>
        <button type="submit" className="primary" disabled={!isValid}>
          Send {type}
        </button>
      </footer>
    </form>
  );
}

const valueIn = (event: PlayEvent | undefined, name: string): unknown =>
  // Safe: read field by field, whatever the event.
  event === undefined ? undefined : (event as unknown as Readonly<Record<string, unknown>>)[name];

interface FieldProps {
  readonly field: FormField;
  readonly text: string;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}

function FieldInput({ field, text, problem, onChange }: FieldProps) {
  const options = inputs[field.type].choices;
  const id = `field-${field.name}`;
  const shared = {
    id,
    value: text,
    'aria-invalid': problem !== null,
    'aria-describedby': problem === null ? undefined : `${id}-problem`,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{field.name}</label>
      {options === null ? (
        <input {...shared} type="text" spellCheck={false} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <select {...shared} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
      {problem !== null && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

import { useId } from 'react';

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChange: (value: Value) => void;
}

/** Selects one of a few visible options. */
export function Segmented<Value extends string>({ label, value, options, onChange }: SegmentedProps<Value>) {
  const name = useId();
  return (
    // Not a fieldset, because WebKit places its legend above it whatever the style.
    <div className="segmented" role="radiogroup" aria-labelledby={`${name}label`}>
      <span id={`${name}label`}>{label}</span>
      {options.map((option) => (
        <label key={option.value} className={option.value === value ? 'is-chosen' : ''}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>{option.text}</span>
        </label>
      ))}
    </div>
  );
}

interface Props<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChange: (value: Value) => void;
  readonly testId?: string;
}

/** Selects one of several options in a drop-down list. */
export function Choice<Value extends string | number>({ label, value, options, onChange, testId }: Props<Value>) {
  return (
    <label className="choice">
      <span>{label}</span>
      <select
        value={value}
        data-testid={testId}
        onChange={(event) => {
          const chosen = options.find((option) => String(option.value) === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Options whose labels are their values. */
export const asOptions = <Value extends string | number>(
  values: readonly Value[],
): readonly { readonly value: Value; readonly text: string }[] =>
  values.map((value) => ({ value, text: String(value) }));

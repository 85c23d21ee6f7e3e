import { useState } from 'react';

interface Props {
  readonly label: string;
  /** Asked when it is clicked: what there is to copy may be long to make. */
  readonly text: () => string;
  readonly disabled?: boolean;
}

/** Copies a text, and says on itself whether the browser allowed it. */
export function CopyButton({ label, text, disabled = false }: Props) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const copy = () =>
    void navigator.clipboard.writeText(text()).then(
      () => setOutcome('Copied'),
      () => setOutcome('Not allowed to copy'),
    );
  return (
    <button
      type="button"
      disabled={disabled}
      aria-label={outcome === null ? undefined : `${label}: ${outcome}`}
      onClick={copy}
      onBlur={() => setOutcome(null)}
    >
      {outcome ?? label}
    </button>
  );
}

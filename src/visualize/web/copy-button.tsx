import { useEffect, useState } from 'react';

interface Props {
  readonly label: string;
  /** Called on click, because the text may take long to make. */
  readonly text: () => string;
  readonly disabled?: boolean;
}

const TOLD_MS = 2_000;

/** Copies a text, and shows whether the browser allowed it. Keeps its width. */
export function CopyButton({ label, text, disabled = false }: Props) {
  const [outcome, setOutcome] = useState<string | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), TOLD_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    void navigator.clipboard.writeText(text()).then(
      () => setOutcome('Copied'),
      () => setOutcome('Not allowed'),
    );
  return (
    <button type="button" className={`copy ${outcome === null ? '' : 'is-copied'}`} disabled={disabled} onClick={copy}>
      <span>{label}</span>
      <span role="status">{outcome}</span>
    </button>
  );
}

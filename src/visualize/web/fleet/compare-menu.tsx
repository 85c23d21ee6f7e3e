import { useRef } from 'react';
import { FileButton } from '../file-button.tsx';
import { scenarioVariants, type ScenarioVariant } from './scenario-variant.ts';

interface Props {
  /** `null` if the run cannot be run again. */
  readonly onVariant: ((variant: ScenarioVariant) => void) | null;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Compares a run with itself after one change, or with another file. */
export function CompareMenu({ onVariant, onFiles }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    menu.current?.removeAttribute('open');
    menu.current?.querySelector('summary')?.focus();
  };
  return (
    <details className="menu" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <summary>Compare</summary>
      <div className="menu-items">
        {onVariant === null ? (
          <p className="hint">This run has no scenario, so it cannot be run again with a change.</p>
        ) : (
          scenarioVariants.map((variant) => (
            <button
              key={variant}
              type="button"
              onClick={() => {
                onVariant(variant);
                close();
              }}
            >
              with {variant}
            </button>
          ))
        )}
        <FileButton
          label="with another file…"
          accept=".json,.jsonl,.yaml,.yml"
          onFiles={(files) => {
            onFiles(files);
            close();
          }}
        />
      </div>
    </details>
  );
}
